// SPDX-License-Identifier: Apache-2.0
// What is being written survives a page that the phone throws away (the camera opens, memory is short), in this tab only.
import { reactive, watch } from 'vue';

export interface Kept<T extends object> {
  value: T;
  found: boolean /* something was kept before */;
  drop(): void;
}

/* `empty` makes a fresh value; what was kept before fills it. The value must be plain JSON. */
export function useKept<T extends object>(key: string, empty: () => T): Kept<T> {
  let kept: Partial<T> | undefined;
  try {
    kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    kept = undefined;
  }
  const value = reactive({ ...empty(), ...kept }) as T;
  const fresh = JSON.stringify(empty());

  watch(
    () => JSON.stringify(value),
    (text) => {
      if (text === fresh) {
        sessionStorage.removeItem(key);
      } else {
        sessionStorage.setItem(key, text);
      }
    },
  );
  function drop(): void {
    Object.assign(value, empty());
    sessionStorage.removeItem(key);
  }
  return { value, found: kept !== undefined, drop };
}
