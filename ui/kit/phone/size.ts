// SPDX-License-Identifier: Apache-2.0
// Large type (长辈版): remembered on this device. The style sheet scales everything from the root's font size,
// and the words say 您.
import { ref } from 'vue';
import { isPolite } from '../i18n/i18n';

const KEY = 'linli.large';
export const isLarge = ref(localStorage.getItem(KEY) === 'yes');

function show(): void {
  isPolite.value = isLarge.value;
  document.documentElement.classList.toggle('large', isLarge.value);
}

export function setLarge(next: boolean): void {
  isLarge.value = next;
  localStorage.setItem(KEY, next ? 'yes' : 'no');
  show();
}

/* Call once, before the application is mounted. */
export function startSize(): void {
  show();
}
