// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { OrderRow } from '@kit/api/types';
import { inOrder } from '../../staff/orders/rows';
import { cellOf, readSheet, withFixes } from '../../staff/orders/sheet';

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

  it('carries what a person decided in two columns behind the others', () => {
    const sheet = { columns: ['工单编号'], rows: [['SH1'], ['SH2']] };
    expect(withFixes(sheet, new Map())).toEqual(sheet);
    expect(withFixes(sheet, new Map([[1, { class: 'W06-042', unit: 4 }]]))).toEqual({
      columns: ['工单编号', 'class', 'unit'],
      rows: [
        ['SH1', null, null],
        ['SH2', 'W06-042', 4],
      ],
    });
  });

  it('shows first what needs a person', () => {
    const row = (number: number, status: OrderRow['status']) => ({ row: number, status }) as OrderRow;
    const rows = [row(2, 'new'), row(3, 'twin'), row(4, 'ask'), row(5, 'error'), row(6, 'ask')];
    expect(inOrder(rows).map((one) => one.row)).toEqual([4, 6, 5, 2, 3]);
  });
});
