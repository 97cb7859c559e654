// SPDX-License-Identifier: Apache-2.0
import { ref } from 'vue';

/* Is somebody pointing at, or working with the keyboard in, a list? Then it must not move. */
export function usePointing() {
  const pointing = ref(false);
  const handlers = {
    onMouseenter: () => (pointing.value = true),
    onMouseleave: () => (pointing.value = false),
    onTouchstartPassive: () => (pointing.value = true),
  };
  return { pointing, handlers };
}
