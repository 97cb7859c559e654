// SPDX-License-Identifier: Apache-2.0
import type { FigureName, FigureRow } from '@kit/api/types';

export const FIGURES: readonly FigureName[] = [
  'reported',
  'open',
  'late',
  'closed',
  'on_time_rate',
  'returns',
  'reworks',
  'rating_mean',
  'rated',
];
const THIN = '\u2009';
export const SMALL_SAMPLE = 20; /* below this many cases no percentage is shown */

export function figureValue(row: FigureRow, name: FigureName): number | null {
  return row.figures[name]?.value ?? row[name] ?? null;
}

/* 1 204, 96.4 %, 4.21; "—" where there is nothing to count. */
export function figureText(row: FigureRow, name: FigureName): string {
  const value = figureValue(row, name);
  if (value === null) {
    return '—';
  }
  if (name === 'on_time_rate') {
    return (figureValue(row, 'closed') ?? 0) < SMALL_SAMPLE ? '—' : `${(value * 100).toFixed(1)}${THIN}%`;
  }
  if (name === 'rating_mean') {
    return (figureValue(row, 'rated') ?? 0) < SMALL_SAMPLE ? '—' : value.toFixed(2);
  }
  return String(value).replace(/\B(?=(\d{3})+$)/g, THIN);
}

export function isSmallSample(row: FigureRow, name: FigureName): boolean {
  const base = name === 'on_time_rate' ? 'closed' : name === 'rating_mean' ? 'rated' : undefined;
  return (
    base !== undefined && figureValue(row, name) !== null && (figureValue(row, base) ?? 0) < SMALL_SAMPLE
  );
}
