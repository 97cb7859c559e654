// SPDX-License-Identifier: Apache-2.0
import type { OrderRow } from '@kit/api/types';
import type { Mark } from '@kit/marks/marks';

export const ROW_STATES: readonly OrderRow['status'][] = ['new', 'ask', 'twin', 'error'];
const MARKS: Record<OrderRow['status'], Mark> = { new: 'passed', ask: 'soon', twin: 'done', error: 'late' };

export function markOfRow(state: OrderRow['status']): Mark {
  return MARKS[state];
}

/* What needs a person comes first; among equals the order of the file. */
export function inOrder(rows: readonly OrderRow[]): OrderRow[] {
  const rank: OrderRow['status'][] = ['ask', 'error', 'new', 'twin'];
  return [...rows].sort((a, b) => rank.indexOf(a.status) - rank.indexOf(b.status) || a.row - b.row);
}
