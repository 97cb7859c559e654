// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { OrderRow } from '@kit/api/types';
import { chosenOf, countRows, inOrder, rowInSheet, stateOfRow } from '../../staff/orders/rows';
import { cellOf, readSheet } from '../../staff/orders/sheet';

describe("the city's spreadsheet", () => {
  it('is read from its header on, whatever title stands above, and without empty rows at the end', () => {
    const sheet = readSheet([
      ['杨浦区12345工单', null, null],
      ['工单编号', '诉求内容', '诉求时间'],
      ['SH1', ' 垃圾房满 ', new Date('2026-11-22T09:15:00Z')],
      [null, null, null],
    ]);
    expect(sheet).toEqual({
      columns: ['工单编号', '诉求内容', '诉求时间'],
      rows: [['SH1', '垃圾房满', '2026-11-22T09:15:00+08:00']],
      first: 3,
    });
  });
  it('without a header is refused', () => expect(readSheet([['只有', '两列']])).toBeUndefined());
  it.each([
    [undefined, null],
    [12, 12],
    [' a ', 'a'],
    [true, true],
  ])('cell %s', (value, cell) => expect(cellOf(value)).toBe(cell));

  it('a row that asked is ready once class and unit are chosen', () => {
    const ask = { row: 4, status: 'ask', place: 7 } as OrderRow;
    expect(stateOfRow(ask, undefined)).toBe('ask');
    expect(stateOfRow(ask, { class: 'W06-042' })).toBe('ask');
    expect(stateOfRow(ask, { class: 'W06-042', unit: 4 })).toBe('new');
    expect(chosenOf(ask, { class: 'W06-042', unit: 4 })).toEqual({ class: 'W06-042', unit: 4, place: 7 });
    expect(countRows([ask], new Map([[4, { class: 'W06-042', unit: 4 }]]))).toEqual({
      new: 1,
      ask: 0,
      twin: 0,
      error: 0,
    });
  });

  it('is numbered as in the spreadsheet, below whatever title stands above', () =>
    expect(rowInSheet({ row: 2 } as OrderRow, 3)).toBe(3));

  it('shows first what needs a person', () => {
    const row = (number: number, status: OrderRow['status']) => ({ row: number, status }) as OrderRow;
    const rows = [row(2, 'new'), row(3, 'twin'), row(4, 'ask'), row(5, 'error'), row(6, 'ask')];
    expect(inOrder(rows).map((one) => one.row)).toEqual([4, 6, 5, 2, 3]);
  });
});
