// SPDX-License-Identifier: Apache-2.0
// Light, dark or as the machine says. Remembered on this device only.
import { ref } from 'vue';

export type Theme = 'auto' | 'light' | 'dark';
const KEY = 'linli.theme';
const system = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined;

function remembered(): Theme {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

export const theme = ref<Theme>(remembered());
export const isDark = ref(false);

function show(): void {
  isDark.value = theme.value === 'dark' || (theme.value === 'auto' && system?.matches === true);
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
}

export function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(KEY, next);
  show();
}

/* Call once, before the application is mounted. */
export function startTheme(): void {
  show();
  system?.addEventListener?.('change', show);
}
