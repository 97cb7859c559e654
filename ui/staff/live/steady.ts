// SPDX-License-Identifier: Apache-2.0
// A list that stays still under the pointer: while somebody points at it, rows keep their places; their content is
// brought up to date, rows that left are dimmed, rows that came are counted. It settles when the pointer leaves.
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue';

export interface Steady<X> {
  items: X[];
  gone: Set<number>;
  added: number;
}

export function steadyMerge<X extends { id: number }>(shown: readonly X[], fresh: readonly X[]): Steady<X> {
  const now = new Map(fresh.map((item) => [item.id, item]));
  const before = new Set(shown.map((item) => item.id));
  return {
    items: shown.map((item) => now.get(item.id) ?? item),
    gone: new Set(shown.filter((item) => !now.has(item.id)).map((item) => item.id)),
    added: fresh.filter((item) => !before.has(item.id)).length,
  };
}

/* `key` names what is listed: another filter shows its own rows at once. */
export function useSteady<X extends { id: number }>(
  fresh: Ref<X[]> | ComputedRef<X[]>,
  held: Ref<boolean>,
  key: () => string,
) {
  const shown = shallowRef<X[]>([]);
  let lastKey = '';
  function settle(): void {
    shown.value = fresh.value;
    lastKey = key();
  }
  watch(
    [fresh, held],
    () => {
      /* More rows behind the same ones move nothing: the next page, or the first. */
      const onlyLonger = shown.value.every((item, i) => fresh.value[i]?.id === item.id);
      if (!held.value || lastKey !== key() || onlyLonger) {
        settle();
      }
    },
    { immediate: true },
  );
  const steady = computed(() => steadyMerge(shown.value, fresh.value));
  return { steady, settle };
}
