// SPDX-License-Identifier: Apache-2.0
// The seven marks of the design language, and which of them a case shows.
import type { CaseState, Clock } from '../api/types';

export type Mark = 'waiting' | 'handling' | 'soon' | 'late' | 'done' | 'passed' | 'paused';
export type Tone = '' | 'ok' | 'warn' | 'bad' | 'info';

export const SOON_SHARE = 0.75; /* from this part of the limit on, a clock is amber (design language, section 5) */

const TONES: Record<Mark, Tone> = {
  waiting: 'info',
  handling: 'ok',
  soon: 'warn',
  late: 'bad',
  done: '',
  passed: 'ok',
  paused: '',
};
const ENDED: readonly CaseState[] = ['closed', 'declined', 'merged'];
const WAITING: readonly CaseState[] = ['reported', 'verifying', 'verified', 'to_dispatch', 'to_sign'];

export function toneOf(mark: Mark): Tone {
  return TONES[mark];
}

export function isOpen(state: CaseState): boolean {
  return !ENDED.includes(state);
}

/* The part of the limit that is used: 0 at the start, 1 when it runs out, more when late. */
export function usedShare(clock: Pick<Clock, 'limit_ms' | 'left_ms'>): number {
  return clock.limit_ms > 0 ? Math.max(0, (clock.limit_ms - clock.left_ms) / clock.limit_ms) : 0;
}

export function markOf(item: { state: CaseState; late: boolean; clock?: Clock }): Mark {
  if (!isOpen(item.state)) {
    return 'done';
  }
  const left = item.clock?.left_ms;
  if (item.late || (left !== undefined && left < 0)) {
    return 'late';
  }
  if (item.clock && usedShare(item.clock) >= SOON_SHARE) {
    return 'soon';
  }
  if (item.state === 'to_check' || item.state === 'to_close') {
    return 'passed';
  }
  return WAITING.includes(item.state) ? 'waiting' : 'handling';
}
