// SPDX-License-Identifier: Apache-2.0
import { mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ref } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { makeI18n } from '@kit/i18n/i18n';
import en from '../../staff/locales/en';
import zh from '../../staff/locales/zh-CN';
import WorkOrderPage from '../../staff/print/WorkOrderPage.vue';

const SECRET = '13812341234';
const shown = vi.hoisted(() => ({ item: {} as object }));
vi.mock('../../staff/data/cases', () => ({
  useCase: () => ({ data: ref(shown.item), isPending: ref(false), error: ref(), refetch: () => undefined }),
}));

function print(more: object): string {
  shown.item = {
    id: 7,
    number: 'SP-C-20261122-0049-8',
    external_number: '20261120YP00024',
    class: 'P01-037',
    class_name: '路灯异常',
    title: `请打${SECRET}`,
    text: `路灯不亮，请打${SECRET}联系`,
    confidential: false,
    tasks: [],
    voices: [{ address: `5号301室，电话${SECRET}` }],
    timeline: [{ code: 'dispatched', text: `住户电话${SECRET}`, photos: [3] }],
    ...more,
  };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:id', name: 'case', component: {} }],
  });
  return mount(WorkOrderPage, {
    props: { id: 7 },
    global: { plugins: [makeI18n({ 'zh-CN': zh, en }), createPinia(), router] },
  }).html();
}

describe('the work order on paper', () => {
  beforeEach(() => localStorage.setItem('linli.language', 'zh-CN'));

  it('carries no telephone number from any row that people wrote', () => {
    const sheet = print({});
    expect(sheet).not.toContain(SECRET);
    for (const kept of ['SP-C-20261122-0049-8', '20261120YP00024', '5号301室', '路灯不亮', '住户电话']) {
      expect(sheet).toContain(kept);
    }
    expect(sheet).toContain('<img');
  });
  it('carries no words, address or photo of a confidential reporter', () => {
    const sheet = print({ confidential: true });
    for (const hidden of ['路灯不亮', '301', '<img', '请打*']) {
      expect(sheet).not.toContain(hidden);
    }
    expect(sheet).toContain('路灯异常');
  });
});
