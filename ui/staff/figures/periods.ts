// SPDX-License-Identifier: Apache-2.0
// The months and weeks an office looks back on, as the filter language writes them.
import { formatDate, officeParts } from '@kit/time/time';

export type PeriodName = 'this_month' | 'last_month' | 'last_7_days' | 'this_year' | 'chosen';
export const PERIODS: readonly PeriodName[] = [
  'last_7_days',
  'this_month',
  'last_month',
  'this_year',
  'chosen',
];
const two = (n: number): string => String(n).padStart(2, '0');

export function monthOf(now: Date, back = 0): string {
  const p = officeParts(now);
  const months = p.year * 12 + p.month - 1 - back;
  return `${Math.floor(months / 12)}-${two((months % 12) + 1)}`;
}

/* The value behind opened: for a period. */
export function periodValue(name: PeriodName, now: Date, chosen?: [string, string]): string {
  switch (name) {
    case 'last_7_days':
      return 'last-7-days';
    case 'this_month':
      return monthOf(now);
    case 'last_month':
      return monthOf(now, 1);
    case 'this_year': {
      const today = formatDate(now);
      return `${today.slice(0, 4)}-01-01..${today}`;
    }
    default:
      return chosen ? `${chosen[0]}..${chosen[1]}` : monthOf(now);
  }
}

/* The last twelve months, for the line over time. */
export function lastYearValue(now: Date): string {
  return `${monthOf(now, 11)}-01..${formatDate(now)}`;
}
