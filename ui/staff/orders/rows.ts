// SPDX-License-Identifier: Apache-2.0
// A row of the sheet as the server made it out, with what a person decided where it asked.
import type { Id, OrderRow } from '@kit/api/types';
import type { Mark } from '@kit/marks/marks';

export interface Fix {
  class?: string;
  unit?: Id;
  place?: Id;
}
export type RowState = OrderRow['status'];
export const ROW_STATES: readonly RowState[] = ['new', 'ask', 'twin', 'error'];
const MARKS: Record<RowState, Mark> = { new: 'passed', ask: 'soon', twin: 'done', error: 'late' };
const FIRST_DATA_ROW = 2; /* the server numbers as if the header stood in row 1 */

export function markOfRow(state: RowState): Mark {
  return MARKS[state];
}

export function chosenOf(row: OrderRow, fix: Fix | undefined): Fix {
  return { class: fix?.class ?? row.class, unit: fix?.unit ?? row.unit, place: fix?.place ?? row.place };
}

/* A row that asked is ready once class and unit are known. */
export function stateOfRow(row: OrderRow, fix: Fix | undefined): RowState {
  const chosen = chosenOf(row, fix);
  return row.status === 'ask' && chosen.class && chosen.unit ? 'new' : row.status;
}

export function countRows(
  rows: readonly OrderRow[],
  fixes: ReadonlyMap<number, Fix>,
): Record<RowState, number> {
  const counts: Record<RowState, number> = { new: 0, ask: 0, twin: 0, error: 0 };
  rows.forEach((row) => (counts[stateOfRow(row, fixes.get(row.row))] += 1));
  return counts;
}

/* What needs a person comes first, by what the server said: a row that was put right stays where it is. */
export function inOrder(rows: readonly OrderRow[]): OrderRow[] {
  const rank: RowState[] = ['ask', 'error', 'new', 'twin'];
  return [...rows].sort((a, b) => rank.indexOf(a.status) - rank.indexOf(b.status) || a.row - b.row);
}

/* The number of the row in the spreadsheet that the person sees. */
export function rowInSheet(row: OrderRow, first: number): number {
  return row.row - FIRST_DATA_ROW + first;
}
