// SPDX-License-Identifier: Apache-2.0
// A length of time in the words of the clock that counts it: a working day is eight hours of working time, so 40 hours
// of them are five days and not one and a half.
import { t } from '../i18n/i18n';
import { splitSpan } from '../time/time';

const WORK_DAY_HOURS = 8;

export function saySpan(ms: number, unit = ''): string {
  if (unit === 'work_hour') {
    const { days, hours, minutes } = splitSpan(ms);
    return t('kit.span.hours', { hours: days * 24 + hours, minutes });
  }
  const isWork = unit === 'work_day';
  const span = splitSpan(ms, isWork ? WORK_DAY_HOURS : undefined);
  if (span.days === 0) {
    return t('kit.span.hours', span);
  }
  const even = span.hours === 0 ? '_even' : '';
  return t(`kit.span.${isWork ? 'work_days' : 'days'}${even}`, { ...span, n: span.days });
}
