// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick } from 'vue';
import type { PublicPlace } from '@kit/api/types';
import { makeI18n, setLanguage, t } from '@kit/i18n/i18n';
import phoneEn from '@kit/phone/en';
import { useKept } from '@kit/phone/kept';
import { useLoad, useSend } from '@kit/phone/load';
import { findPlaces, hasPlace, placeInputs } from '@kit/phone/place';
import { setLarge } from '@kit/phone/size';
import { sayDay, sayMoment } from '@kit/phone/when';
import phoneZh from '@kit/phone/zh-CN';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  makeI18n({
    'zh-CN': { phone: phoneZh, probe: '原定 {date} 办好，请你看' },
    en: { phone: phoneEn, probe: 'Due {date}, please look' },
  });
  setLanguage('zh-CN');
});
afterEach(() => setLarge(false));

describe('moments are said as people say them', () => {
  const now = new Date('2026-11-22T09:00:00+08:00').getTime();
  it.each([
    ['2026-11-22T14:20:00+08:00', '今天 14:20', 'today 14:20'],
    ['2026-11-23T00:05:00+08:00', '明天 00:05', 'tomorrow 00:05'],
    ['2026-11-21T23:59:00+08:00', '昨天 23:59', 'yesterday 23:59'],
    ['2026-11-30T17:00:00+08:00', '11 月 30 日 17:00', '30 Nov 17:00'],
    ['2027-01-04T17:00:00+08:00', '2027 年 1 月 4 日 17:00', '4 Jan 2027 17:00'],
  ])('%s', (moment, zh, en) => {
    expect(sayMoment(moment, now)).toBe(zh);
    setLanguage('en');
    expect(sayMoment(moment, now)).toBe(en);
  });

  it('stand in a Chinese sentence without a needless space', () => {
    expect(t('probe', { date: sayDay(now, now) })).toBe('原定今天办好，请你看');
    expect(t('probe', { date: sayMoment(now, now) })).toBe('原定今天 09:00 办好，请你看');
  });
  it('say 您 in large type', () => {
    setLarge(true);
    expect(t('probe', { date: '' })).toContain('请您看');
  });
});

describe('a place is found by a part of its name', () => {
  const places: PublicPlace[] = [
    { id: 1, name: '鞍山居民区', parent: null },
    { id: 2, name: '鞍山三村', parent: 1 },
    { id: 3, name: '抚顺路363弄', parent: 1 },
    { id: 4, name: '密云小区', parent: null },
  ];
  it.each([
    ['三村', [2]],
    ['363', [3]],
    ['密', [4]],
    ['鞍山', [2, 1, 3]],
    ['没有', []],
  ])('%s', (words, ids) => expect(findPlaces(places, words).map(({ id }) => id)).toEqual(ids));

  it('any one of place, point and address is enough', () => {
    expect(hasPlace({ address: '  ' })).toBe(false);
    expect(hasPlace({ address: '3 号楼' })).toBe(true);
    expect(hasPlace({ address: '', lat: 31.2, lon: 121.5 })).toBe(true);
    expect(hasPlace({ address: '', place: { id: 1, name: 'x' } })).toBe(true);
    expect(placeInputs({ address: ' ', place: { id: 1, name: 'x' } })).toEqual({ place: 1 });
  });
});

describe('what is being written', () => {
  const empty = (): { text: string } => ({ text: '' });

  it('is there again after the page was thrown away, and gone once dropped', async () => {
    const first = useKept('k', empty);
    first.value.text = '井盖';
    await nextTick();
    const second = useKept('k', empty);
    expect(second.value.text).toBe('井盖');
    expect(second.found).toBe(true);
    second.drop();
    await nextTick();
    expect(useKept('k', empty).found).toBe(false);
  });
  it('does not fail on what it cannot read', () => {
    sessionStorage.setItem('k', '{');
    expect(useKept('k', empty).value).toEqual({ text: '' });
  });
});

describe('sending', () => {
  it('keeps the key while the content is the same, so that nothing is done twice', async () => {
    const keys: string[] = [];
    const { send, error } = useSend();
    const lost = async (key: string): Promise<void> => {
      keys.push(key);
      throw new Error('lost');
    };
    expect(await send({ a: 1 }, lost)).toBe(false);
    expect(error.value?.code).toBe('UNKNOWN');
    await send({ a: 1 }, lost);
    await send({ a: 2 }, lost);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(await send({ a: 2 }, async () => undefined)).toBe(true);
    expect(error.value).toBeUndefined();
  });
});

describe('reading', () => {
  it('shows a skeleton only when it is slow', async () => {
    vi.useFakeTimers();
    const scope = effectScope();
    let answer: (value: number) => void = () => undefined;
    const load = scope.run(() => useLoad(() => new Promise<number>((resolve) => (answer = resolve))))!;
    const running = load.load();
    await vi.advanceTimersByTimeAsync(299);
    expect(load.slow.value).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    expect(load.slow.value).toBe(true);
    answer(7);
    await running;
    expect([load.data.value, load.slow.value]).toEqual([7, false]);
    vi.useRealTimers();
    scope.stop();
  });
});
