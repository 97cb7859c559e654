// SPDX-License-Identifier: Apache-2.0
// Moments as people say them: 今天 14:20, 11 月 30 日 17:00.
import { t } from '../i18n/i18n';
import { formatTime, officeParts } from '../time/time';

const DAY_MS = 86_400_000;
const sameDay = (a: number, b: number): boolean => {
  const x = officeParts(a);
  const y = officeParts(b);
  return x.year === y.year && x.month === y.month && x.day === y.day;
};

export function sayDay(moment: string | number | Date, now = Date.now()): string {
  const at = new Date(moment).getTime();
  const near = (
    [
      ['today', 0],
      ['tomorrow', 1],
      ['yesterday', -1],
    ] as const
  ).find(([, days]) => sameDay(at, now + days * DAY_MS));
  if (near) {
    return t(`phone.day.${near[0]}`);
  }
  const p = officeParts(at);
  const words = { year: p.year, month: t(`phone.month.m${p.month}`), day: p.day };
  return t(p.year === officeParts(now).year ? 'phone.day.date' : 'phone.day.year', words);
}

export function sayMoment(moment: string | number | Date, now = Date.now()): string {
  return `${sayDay(moment, now)} ${formatTime(moment)}`;
}

export function sayWeekday(moment: string | number | Date): string {
  return t(`phone.weekday.d${officeParts(moment).weekday}`);
}
