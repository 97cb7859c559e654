// SPDX-License-Identifier: Apache-2.0
// The tokens as values, because a canvas knows no CSS variables.
const NAMES = [
  'm-land',
  'm-bld',
  'm-bldl',
  'm-water',
  'm-green',
  'm-road',
  'm-case',
  'm-text',
  'm-halo',
  'brand',
  'brand-2',
  'surface',
  'line-2',
  'info-m',
  'ok-m',
  'warn-m',
  'warn',
  'bad-m',
  'mute-m',
  'accent',
  'font',
] as const;
export type Palette = Record<(typeof NAMES)[number], string>;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Palette;
}
