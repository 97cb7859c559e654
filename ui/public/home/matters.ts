// SPDX-License-Identifier: Apache-2.0
// Where the remembered matters stand now. A matter that cannot be read keeps its row: its page says why.
import { onMounted, shallowReactive, watch } from 'vue';
import { call } from '@kit/api/client';
import type { CaseState, Track } from '@kit/api/types';
import { t, useI18n } from '@kit/i18n/i18n';
import type { Mark } from '@kit/marks/marks';
import { sayDay } from '@kit/phone/when';
import { matters } from '../remembered';

const DONE: readonly CaseState[] = ['to_check', 'to_close'];
const WAITING: readonly CaseState[] = ['reported', 'verifying', 'verified'];

export type Standing = Track | 'unknown' | undefined;

export function useStandings(most: number): Record<string, Standing> {
  const standings = shallowReactive<Record<string, Standing>>({});
  async function read(): Promise<void> {
    for (const matter of matters.value.slice(0, most)) {
      standings[matter.token] = await call('GET /api/v1/public/track/{token}', {
        path: { token: matter.token },
      }).catch(() => 'unknown' as const);
    }
  }
  onMounted(read);
  watch(useI18n().language, read);
  return standings;
}

export function markOfTrack(track: Standing): Mark {
  if (!track || track === 'unknown') {
    return 'waiting';
  }
  if (isEnded(track)) {
    return 'done';
  }
  return WAITING.includes(track.state) ? 'waiting' : 'handling';
}

/* The promise is about the work: once that is done and only looked at or answered, no date is said any more. */
export function promiseOf(track: Track): Track['promise'] {
  return isEnded(track) || DONE.includes(track.state) ? undefined : track.promise;
}

export function isEnded(track: Track): boolean {
  return track.state === 'closed' || track.state === 'declined';
}

/* One line: what happens now and until when, or that it waits for a rating. */
export function lineOf(track: Standing): string {
  if (track === undefined) {
    return '';
  }
  if (track === 'unknown') {
    return t('home.mineUnknown');
  }
  if (track.may_rate) {
    return t('track.rate');
  }
  const promise = promiseOf(track);
  return promise
    ? t('home.mineLine', {
        step: track.state_name,
        promise: t('track.promise', { date: sayDay(promise.due_at) }),
      })
    : track.state_name;
}
