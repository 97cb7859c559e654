// SPDX-License-Identifier: Apache-2.0
// What a tracking page says at its top: until when and what happens now, whether that has passed, or how it ended.
import type { Track } from '@kit/api/types';
import { t } from '@kit/i18n/i18n';
import { sayMoment } from '@kit/phone/when';
import { isEnded, promiseOf } from '../home/matters';

export interface Headline {
  tone: 'ok' | 'warn';
  words: string;
  note: string;
}

export function headlineOf(track: Track, now = Date.now()): Headline {
  if (isEnded(track)) {
    const last = track.steps[track.steps.length - 1];
    return { tone: 'ok', words: track.state_name, note: last ? sayMoment(last.at) : '' };
  }
  const promise = promiseOf(track);
  if (!promise) {
    return { tone: 'ok', words: track.state_name, note: track.promise ? '' : t('track.promiseNone') };
  }
  const date = sayMoment(promise.due_at, now);
  return new Date(promise.due_at).getTime() < now
    ? { tone: 'warn', words: t('track.promiseLate', { date }), note: track.state_name }
    : { tone: 'ok', words: t('track.promise', { date }), note: track.state_name };
}
