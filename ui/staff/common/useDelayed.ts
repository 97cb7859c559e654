// SPDX-License-Identifier: Apache-2.0
import { onScopeDispose, ref, watch, type Ref } from 'vue';

const DELAY_MS = 300; /* a wait shorter than this shows nothing: no flicker */

export function useDelayed(pending: () => boolean): Ref<boolean> {
  const shown = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    pending,
    (now) => {
      clearTimeout(timer);
      if (now) {
        timer = setTimeout(() => (shown.value = true), DELAY_MS);
      } else {
        shown.value = false;
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => clearTimeout(timer));
  return shown;
}
