// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { saySpan } from '@kit/clock/span';
import { formatDateTime, formatFull, splitSpan, toOfficeMoment } from '@kit/time/time';
import { fitInside } from '@kit/photo/shrink';
import { markOf } from '@kit/marks/marks';
import type { Clock } from '@kit/api/types';

describe('moments are read at +08:00', () => {
  const now = new Date('2026-11-22T02:00:00Z');
  it.each([
    ['2026-11-22T09:15:00+08:00', '09:15'],
    ['2026-11-21T17:30:00Z', '01:30'],
    ['2026-11-20T09:15:00+08:00', '11-20 09:15'],
    ['2025-12-31T23:59:00+08:00', '2025-12-31 23:59'],
  ])('%s is shown as %s', (moment, words) => expect(formatDateTime(moment, now)).toBe(words));

  it('is sent back as the same wall clock', () => {
    const moment = new Date('2026-11-22T01:15:00Z');
    expect(toOfficeMoment(moment)).toBe('2026-11-22T09:15:00+08:00');
    expect(formatFull(moment)).toBe('2026-11-22 09:15');
  });
  it('splits a span', () =>
    expect(splitSpan(26 * 3_600_000 + 120_000)).toEqual({ days: 1, hours: 2, minutes: '02' }));
  it('counts a working day as eight hours of working time', () => {
    expect(splitSpan(40 * 3_600_000, 8)).toEqual({ days: 5, hours: 0, minutes: '00' });
    expect(saySpan(41 * 3_600_000, 'work_day')).toBe('5 工作日 1 时');
    expect(saySpan(40 * 3_600_000, 'work_day')).toBe('5 工作日');
    expect(saySpan(30 * 3_600_000, 'work_hour')).toBe('30:00');
    expect(saySpan(41 * 3_600_000, 'natural_day')).toBe('1 天 17 小时');
  });
});

describe('the mark of a case', () => {
  const clock = (left: number): Clock => ({
    kind: 'handle',
    unit: 'work_hour',
    name: '处置时限',
    due_at: '2026-11-22T09:15:00+08:00',
    limit_ms: 100,
    left_ms: left,
    running: true,
    provisional: false,
  });
  it.each([
    ['handling', 80, false, 'handling'],
    ['handling', 20, false, 'soon'],
    ['handling', -5, false, 'late'],
    ['to_dispatch', 80, false, 'waiting'],
    ['to_dispatch', 80, true, 'late'],
    ['to_check', 80, false, 'passed'],
    ['closed', -5, true, 'done'],
  ] as const)('%s with %i of 100 left, late %s: %s', (state, left, late, mark) =>
    expect(markOf({ state, late, clock: clock(left) })).toBe(mark),
  );
});

describe('a photo is made small', () => {
  it('keeps its shape', () => expect(fitInside(4000, 3000)).toEqual({ width: 1600, height: 1200 }));
  it('is never enlarged', () => expect(fitInside(640, 480)).toEqual({ width: 640, height: 480 }));
});
