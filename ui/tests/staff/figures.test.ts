// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { FigureRow } from '@kit/api/types';
import { figureParts, figureText } from '../../staff/figures/figure';
import { lastYearValue, monthOf, periodValue } from '../../staff/figures/periods';
import { niceTop } from '../../staff/figures/scale';

const now = new Date('2026-11-30T17:00:00Z'); /* already 1 December in the office */

describe('periods are those of the office', () => {
  it('the month', () =>
    expect([monthOf(now), monthOf(now, 1), monthOf(now, 12)]).toEqual(['2026-12', '2026-11', '2025-12']));
  it('this year', () => expect(periodValue('this_year', now)).toBe('2026-01-01..2026-12-01'));
  it('chosen days', () =>
    expect(periodValue('chosen', now, ['2026-10-01', '2026-10-31'])).toBe('2026-10-01..2026-10-31'));
  it('twelve months back', () => expect(lastYearValue(now)).toBe('2026-01-01..2026-12-01'));
});

describe('a figure in words', () => {
  const row = (figures: FigureRow['figures']) => ({ key: 'a', name: 'a', filter: '', figures }) as FigureRow;
  const filter = 'state:open';
  it('groups thousands by a thin space', () =>
    expect(figureText(row({ reported: { value: 20413, filter } }), 'reported')).toBe('20\u2009413'));
  it('shows a rate with one digit', () =>
    expect(figureText(row({ on_time_rate: { value: 96.37, filter, whole: 250 } }), 'on_time_rate')).toBe(
      '96.4\u2009%',
    ));
  it('shows no rate below twenty cases', () =>
    expect(figureText(row({ on_time_rate: { value: 100, filter, whole: 19 } }), 'on_time_rate')).toBe('—'));
  it('shows a dash where there is nothing', () =>
    expect(figureText(row({ rating_mean: { value: null, filter } }), 'rating_mean')).toBe('—'));
  it('says what a rate is made of', () =>
    expect(
      figureParts(row({ on_time_rate: { value: 96.4, filter, part: 241, whole: 250 } }), 'on_time_rate'),
    ).toBe('241 / 250'));
});

it.each([
  [1, 4],
  [5, 8],
  [37, 40],
  [41, 80],
  [1203, 1600],
])('an axis for %i ends at %i', (value, top) => expect(niceTop(value)).toBe(top));
