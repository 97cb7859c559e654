// SPDX-License-Identifier: Apache-2.0
// Moments as the office reads them: always +08:00, whatever the machine's own zone is.

const OFFSET_MS = 8 * 3_600_000;
const two = (n: number): string => String(n).padStart(2, '0');

interface Parts {
  year: number;
  month: number;
  day: number;
  weekday: number /* 0 = Sunday */;
  hour: number;
  minute: number;
}

export function officeParts(moment: string | number | Date): Parts {
  const shifted = new Date(new Date(moment).getTime() + OFFSET_MS);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
  };
}

/* 2026-11-22 */
export function formatDate(moment: string | number | Date): string {
  const p = officeParts(moment);
  return `${p.year}-${two(p.month)}-${two(p.day)}`;
}

/* 09:15 */
export function formatTime(moment: string | number | Date): string {
  const p = officeParts(moment);
  return `${two(p.hour)}:${two(p.minute)}`;
}

/* 09:15 today, 11-22 09:15 this year, else 2025-11-22 09:15 */
export function formatDateTime(moment: string | number | Date, now: Date = new Date()): string {
  const p = officeParts(moment);
  const n = officeParts(now);
  const clock = `${two(p.hour)}:${two(p.minute)}`;
  if (p.year === n.year && p.month === n.month && p.day === n.day) {
    return clock;
  }
  const day = `${two(p.month)}-${two(p.day)}`;
  return p.year === n.year ? `${day} ${clock}` : `${p.year}-${day} ${clock}`;
}

/* 2026-11-22 09:15 in full, for receipts and titles */
export function formatFull(moment: string | number | Date): string {
  return `${formatDate(moment)} ${formatTime(moment)}`;
}

/* The office's own wall clock as RFC 3339, for what is sent: 2026-11-22T09:15:00+08:00 */
export function toOfficeMoment(moment: Date): string {
  return new Date(moment.getTime() + OFFSET_MS).toISOString().slice(0, 19) + '+08:00';
}

/* A length of time, split for words; minutes are two digits. A day is as long as the clock counts it. */
export function splitSpan(ms: number, dayHours = 24): { days: number; hours: number; minutes: string } {
  const minutes = Math.floor(ms / 60_000);
  const days = Math.floor(minutes / (dayHours * 60));
  const hours = Math.floor(minutes / 60) - days * dayHours;
  return { days, hours, minutes: two(minutes % 60) };
}
