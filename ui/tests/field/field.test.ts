// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Catalogue, OwnTask } from '@kit/api/types';
import { classesOf, findClasses, recentClasses, rememberClass } from '../../field/report/classes';
import { caseOf, missingOf, type Draft } from '../../field/report/draft';
import { byClock, countKinds } from '../../field/today/tasks';

const task = (id: number, kind: 'verify' | 'check' | 'handle', due_at?: string): OwnTask =>
  ({ id, task: { id, kind, due_at } }) as OwnTask;

describe('my tasks', () => {
  const tasks = [
    task(1, 'check'),
    task(2, 'verify', '2026-11-22T12:00:00+08:00'),
    task(3, 'verify', '2026-11-22T02:00:00Z'),
  ];
  it('come in the order in which time runs out, those without a limit last', () =>
    expect(byClock(tasks).map(({ id }) => id)).toEqual([3, 2, 1]));
  it('are counted by kind', () =>
    expect(countKinds(tasks)).toEqual([
      ['check', 1],
      ['verify', 2],
    ]));
});

describe('a report of the patrol', () => {
  const draft = (changed: Partial<Draft> = {}): Draft => ({
    class: { code: 'W09-005', name: '占道经营' },
    place: { address: '四平路 1239 号' },
    text: '',
    fixed: false,
    fixedText: '',
    ...changed,
  });
  it.each([
    ['complete', draft(), 1, 0, []],
    ['empty', draft({ class: undefined, place: { address: '' } }), 0, 0, ['photo', 'class', 'place']],
    ['put right at once without proof', draft({ fixed: true }), 1, 0, ['after', 'fixedText']],
    ['put right at once', draft({ fixed: true, fixedText: '已收回' }), 1, 1, []],
  ])('%s', (_name, one, before, after, missing) => expect(missingOf(one, before, after)).toEqual(missing));

  it('is named by its class when nothing was written', () => {
    expect(caseOf(draft(), ['a'], ['b'])).toMatchObject({
      channel: 'patrol',
      text: '占道经营',
      photos: ['a'],
    });
  });
  it('put right at once brings the photos before and after', () => {
    expect(caseOf(draft({ fixed: true, fixedText: '已收回' }), ['a'], ['b'])).toMatchObject({
      text: '占道经营',
      photos: ['a'],
      fixed_on_spot: true,
      fixed_text: '已收回',
      fixed_photos: ['b'],
    });
  });
});

describe('the classes to choose from', () => {
  const catalogue = {
    procedures: [{ procedure: 'city-matter', kinds: ['W'] }],
    classes: [
      { code: 'W06-042', name: '垃圾房满溢', kind: 'W' },
      { code: 'R01-01', name: '物业保洁', kind: 'R' },
    ],
  } as unknown as Catalogue;
  it('are those of a city matter, found by name or code', () => {
    const classes = classesOf(catalogue);
    expect(classes).toEqual([{ code: 'W06-042', name: '垃圾房满溢' }]);
    expect(findClasses(classes, '满溢')).toHaveLength(1);
    expect(findClasses(classes, 'w06')).toHaveLength(1);
    expect(findClasses(classes, '')).toHaveLength(0);
  });
  it('offer what I used last, newest first', () => {
    ['a', 'b', 'c', 'd', 'e', 'c'].forEach((code) => rememberClass({ code, name: code }));
    expect(recentClasses().map(({ code }) => code)).toEqual(['c', 'e', 'd', 'b']);
  });
});
