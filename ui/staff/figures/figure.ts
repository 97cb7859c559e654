// SPDX-License-Identifier: Apache-2.0
import type { FigureName, FigureRow } from '@kit/api/types';

export const FIGURES: readonly FigureName[] = [
  'reported',
  'open',
  'late',
  'closed',
  'on_time_rate',
  'contact_rate',
  'solved_rate',
  'rating_mean',
  'rated',
  'returns',
  'reworks',
  'declined',
  'merged',
];
const RATES: readonly FigureName[] = ['on_time_rate', 'contact_rate', 'solved_rate'];
const THIN = '\u2009';
export const SMALL_SAMPLE = 20; /* below this many cases nothing is worked out */

export function figureValue(row: FigureRow, name: FigureName): number | null {
  return row.figures[name]?.value ?? null;
}

/* How many cases a rate or a mean is worked out from. */
function baseOf(row: FigureRow, name: FigureName): number | undefined {
  if (name === 'rating_mean') {
    return figureValue(row, 'rated') ?? 0;
  }
  return RATES.includes(name) ? (row.figures[name]?.whole ?? 0) : undefined;
}

export function isSmallSample(row: FigureRow, name: FigureName): boolean {
  const base = baseOf(row, name);
  return base !== undefined && base > 0 && base < SMALL_SAMPLE;
}

/* 1 204, 96.4 %, 4.21; "—" where there is nothing to count or too little to work it out from. */
export function figureText(row: FigureRow, name: FigureName): string {
  const value = figureValue(row, name);
  if (value === null || isSmallSample(row, name)) {
    return '—';
  }
  if (RATES.includes(name)) {
    return `${value.toFixed(1)}${THIN}%`;
  }
  return name === 'rating_mean' ? value.toFixed(2) : String(value).replace(/\B(?=(\d{3})+$)/g, THIN);
}

/* 241 / 250, what a rate is made of. */
export function figureParts(row: FigureRow, name: FigureName): string {
  const figure = row.figures[name];
  return figure?.part !== undefined && figure.whole !== undefined ? `${figure.part} / ${figure.whole}` : '';
}
