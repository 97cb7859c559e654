// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '@kit/api/error';
import type { Track } from '@kit/api/types';
import { makeI18n, setLanguage } from '@kit/i18n/i18n';
import phoneEn from '@kit/phone/en';
import phoneZh from '@kit/phone/zh-CN';
import { lineOf, markOfTrack } from '../../public/home/matters';
import { endOf } from '../../public/link/ends';
import en from '../../public/locales/en';
import zh from '../../public/locales/zh-CN';
import { findMatter, forget, matters, remember } from '../../public/remembered';
import { isTelephone, missingOf, reportOf, type Draft } from '../../public/report/draft';
import { headlineOf } from '../../public/track/words';

const draft = (changed: Partial<Draft> = {}): Draft => ({
  place: { address: '彰武路 45 号' },
  text: ' 井盖响 ',
  class: '',
  class_name: '',
  chosen: false,
  name: '',
  telephone: '',
  ...changed,
});
const track = (changed: Partial<Track> = {}): Track => ({
  number: 'n',
  class_name: '窨井盖松动',
  where: '彰武路',
  state: 'handling',
  state_name: '正在办',
  outside: false,
  steps: [
    { at: '2026-11-22T08:00:00+08:00', title: '已收到' },
    { at: '2026-11-22T09:00:00+08:00', title: '正在办' },
  ],
  promise: { due_at: '2026-11-23T17:00:00+08:00', text: '' },
  may_rate: false,
  ...changed,
});

beforeEach(() => {
  localStorage.clear();
  makeI18n({ 'zh-CN': { ...zh, phone: phoneZh }, en: { ...en, phone: phoneEn } });
  setLanguage('zh-CN');
});

describe('a report', () => {
  it.each([
    ['complete', draft(), undefined],
    ['without a place', draft({ place: { address: ' ' } }), 'place'],
    ['without words', draft({ text: '  ' }), 'text'],
    ['with a telephone of ten digits', draft({ telephone: '1380013800' }), 'telephone'],
    ['with a telephone written in groups', draft({ telephone: '138 0013 8000' }), undefined],
  ])('%s', (_name, one, missing) => expect(missingOf(one)).toBe(missing));

  it('sends no empty fields, and the telephone as digits', () => {
    expect(JSON.parse(JSON.stringify(reportOf(draft(), ['u1'])))).toEqual({
      address: '彰武路 45 号',
      text: '井盖响',
      photos: ['u1'],
    });
    expect(reportOf(draft({ telephone: '138-0013-8000' }), []).contact).toEqual({
      name: undefined,
      telephone: '13800138000',
    });
  });
  it.each([
    ['13800138000', true],
    ['23800138000', false],
    ['021-65981234', false],
  ])('is %s a mobile number: %s', (text, yes) => expect(isTelephone(text)).toBe(yes));
});

describe('the top of a tracking page', () => {
  const now = new Date('2026-11-22T10:00:00+08:00').getTime();
  it.each([
    ['says until when', track(), 'ok', '明天 17:00 前办好'],
    [
      'admits that it is late',
      track({ promise: { due_at: '2026-11-22T09:30:00+08:00', text: '' } }),
      'warn',
      '原定今天 09:30 办好，现在晚了。我们还在办，可以打电话问。',
    ],
    [
      'is not late once the work is done',
      track({
        state: 'to_check',
        state_name: '已办好，正在看结果',
        promise: { due_at: '2026-11-22T09:30:00+08:00', text: '' },
      }),
      'ok',
      '已办好，正在看结果',
    ],
    ['promises no date before there is one', track({ promise: undefined }), 'ok', '正在办'],
    ['says that it is done', track({ state: 'closed', state_name: '已办结' }), 'ok', '已办结'],
  ])('%s', (_name, one, tone, words) => expect(headlineOf(one, now)).toMatchObject({ tone, words }));
});

describe('my matters', () => {
  it('keeps the newest first, each once, and forgets on request', () => {
    const one = { url: 'u', number: 'n', title: 't', at: 'a' };
    remember({ ...one, token: 'a' });
    remember({ ...one, token: 'b' });
    remember({ ...one, token: 'a', title: 'new' });
    expect(matters.value.map(({ token }) => token)).toEqual(['a', 'b']);
    expect(findMatter('a')?.title).toBe('new');
    forget('a');
    expect(JSON.parse(localStorage.getItem('linli.matters')!)).toHaveLength(1);
  });
  it.each([
    ['in hand', track(), 'handling', /^正在办，.+前办好$/],
    ['to be rated', track({ state: 'closed', may_rate: true }), 'done', /请你评价/],
    ['not readable', 'unknown' as const, 'waiting', /查不到/],
  ])('%s', (_name, one, mark, line) => {
    expect(markOfTrack(one)).toBe(mark);
    expect(lineOf(one)).toMatch(line);
  });
});

describe('a one-task link that opens nothing', () => {
  it.each([
    [404, 'E_LINK', 'gone'],
    [410, 'E_LINK_USED', 'used'],
    [403, 'E_PIN', undefined],
    [0, 'OFFLINE', undefined],
  ])('%i %s: %s', (status, code, end) => expect(endOf(new ApiError(status, code, '', ''))).toBe(end));
});
