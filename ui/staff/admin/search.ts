// SPDX-License-Identifier: Apache-2.0
import { computed, ref, type ComputedRef } from 'vue';

const MOST = 300; /* rows shown at once; more words find the others */

/* Rows that hold every word; `textOf` says what of a row is looked at. */
export function useSearch<X>(rows: () => readonly X[], textOf: (row: X) => string) {
  const words = ref('');
  const wanted = computed(() => words.value.toLowerCase().split(/\s+/).filter(Boolean));
  const found: ComputedRef<X[]> = computed(() =>
    rows().filter((row) => {
      const text = textOf(row).toLowerCase();
      return wanted.value.every((word) => text.includes(word));
    }),
  );
  const shown = computed(() => found.value.slice(0, MOST));
  return { words, found, shown };
}
