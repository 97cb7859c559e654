// SPDX-License-Identifier: Apache-2.0
// A spreadsheet of the city's hotline as columns and rows. Such sheets often begin with a title over all columns: the
// header is the first row in which at least three cells are filled.
import type { Cell, OrdersSheet } from '@kit/api/types';
import { toOfficeMoment } from '@kit/time/time';

const HEADER_CELLS = 3;
export const MOST_ROWS = 1000; /* LIMIT_IMPORT_ROWS of the server */

export interface ReadSheet extends OrdersSheet {
  first: number /* number in the spreadsheet of the first row of data */;
}

function isEmpty(cell: unknown): boolean {
  return cell === null || cell === undefined || cell === '';
}

/* A date of the spreadsheet has no zone: its wall clock is the office's. */
export function cellOf(value: unknown): Cell {
  if (value instanceof Date) {
    return toOfficeMoment(new Date(value.getTime() - 8 * 3_600_000));
  }
  if (typeof value === 'string') {
    return value.trim();
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

export function readSheet(grid: readonly (readonly unknown[])[]): ReadSheet | undefined {
  const at = grid.findIndex((row) => row.filter((cell) => !isEmpty(cell)).length >= HEADER_CELLS);
  if (at < 0) {
    return undefined;
  }
  const columns = grid[at]!.map((cell) => String(cell ?? '').trim());
  const rows = grid.slice(at + 1).map((row) => columns.map((_name, i) => cellOf(row[i])));
  while (rows.length > 0 && rows[rows.length - 1]!.every(isEmpty)) {
    rows.pop();
  }
  return { columns, rows, first: at + 2 };
}
