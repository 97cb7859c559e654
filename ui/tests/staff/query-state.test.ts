// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { ApiError } from '@kit/api/error';
import { makeI18n } from '@kit/i18n/i18n';
import QueryState from '../../staff/common/QueryState.vue';
import en from '../../staff/locales/en';
import zh from '../../staff/locales/zh-CN';

const open = (props: object) =>
  mount(QueryState, {
    props: { pending: false, emptyTitle: '没有办件', ...props },
    slots: { default: '<p class="content">内容</p>' },
    global: { plugins: [makeI18n({ 'zh-CN': zh, en })] },
  });

describe('what is read shows its state', () => {
  beforeEach(() => {
    localStorage.setItem('linli.language', 'zh-CN');
    vi.useFakeTimers();
  });
  afterEach(() => void vi.useRealTimers());

  it('nothing at first, a skeleton after 300 ms', async () => {
    const page = open({ pending: true });
    expect(page.find('.skeleton').exists()).toBe(false);
    vi.advanceTimersByTime(299);
    await nextTick();
    expect(page.find('.skeleton').exists()).toBe(false);
    vi.advanceTimersByTime(2);
    await nextTick();
    expect(page.find('.skeleton').exists()).toBe(true);
  });
  it('empty: what would be here', () => expect(open({ empty: true }).text()).toContain('没有办件'));
  it('an error: its sentence, its hint, a way to try again', async () => {
    const retry = vi.fn();
    const page = open({ pending: true, error: new ApiError(500, 'E_STORE', '存不下', '稍后再试'), retry });
    expect(page.text()).toContain('存不下');
    expect(page.text()).toContain('稍后再试');
    await page.find('button').trigger('click');
    expect(retry).toHaveBeenCalled();
  });
  it('no right: no button to try again', () => {
    const page = open({ pending: true, error: new ApiError(403, 'E_FORBIDDEN', '无权', ''), retry: vi.fn() });
    expect(page.find('button').exists()).toBe(false);
  });
  it('what was read before stays when reading again fails', () => {
    const page = open({ error: new ApiError(0, 'OFFLINE', '', '') });
    expect(page.find('.content').exists()).toBe(true);
    expect(page.text()).toContain('连不上服务器');
  });
});
