// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseFilter, withCondition, writeFilter } from '../../staff/filter/filter';

describe('the filter language on the screen', () => {
  it.each([
    ['one condition', 'state:open', [{ key: 'state', values: ['open'], not: false }]],
    ['a Chinese key', '状态:open', [{ key: 'state', values: ['open'], not: false }]],
    [
      'a full-width colon and comma',
      '状态：handling，to_sign',
      [{ key: 'state', values: ['handling', 'to_sign'], not: false }],
    ],
    ['a condition denied', '-channel:patrol', [{ key: 'channel', values: ['patrol'], not: true }]],
    ['free words', '井盖', [{ key: '', values: ['井盖'], not: false }]],
    ['a key nobody knows is a word', 'foo:bar', [{ key: '', values: ['foo:bar'], not: false }]],
    ['a name with spaces', 'place:"Anshan No. 4"', [{ key: 'place', values: ['Anshan No. 4'], not: false }]],
    ['nothing', '  ', []],
  ])('%s', (_name, text, conditions) => expect(parseFilter(text)).toEqual(conditions));

  it.each([
    'state:open late:yes',
    '-channel:patrol 井盖',
    'place:"Anshan No. 4" opened:2026-10-01..2026-10-31',
  ])('%s is the same after reading and writing', (text) => expect(writeFilter(parseFilter(text))).toBe(text));

  it('sets, replaces and drops one condition', () => {
    expect(withCondition('井盖', 'state', 'open')).toBe('井盖 state:open');
    expect(withCondition('state:open 井盖', 'state', 'closed')).toBe('井盖 state:closed');
    expect(withCondition('state:open 井盖', 'state')).toBe('井盖');
  });
});
