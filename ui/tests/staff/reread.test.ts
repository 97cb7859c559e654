// SPDX-License-Identifier: Apache-2.0
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent } from 'vue';
import type { CaseList } from '@kit/api/types';
import { useCaseList, useReread, useSteps } from '../../staff/data/cases';
import { queryClient } from '../../staff/data/client';

const { call } = vi.hoisted(() => ({ call: vi.fn() }));
vi.mock('@kit/api/client', () => ({ call, newKey: () => 'k' }));

const page = (more: Partial<CaseList>) => ({ items: [], next: null, as_of: '2026-11-23T08:00:00Z', ...more });
const lists = (): number => call.mock.calls.filter(([route]) => route === 'GET /api/v1/cases').length;

describe('what is read again after a change', () => {
  let client: QueryClient;
  const open = <X>(use: () => X) => {
    let used!: X;
    const setup = () => {
      used = use();
      return () => null;
    };
    const at = mount(defineComponent({ setup }), {
      global: { plugins: [[VueQueryPlugin, { queryClient: client }]] },
    });
    return { ...used, close: () => at.unmount() };
  };
  const openList = async (more: Partial<CaseList>) => {
    call.mockImplementation(async (route: string) => (route.startsWith('POST') ? { id: 7 } : page(more)));
    const list = open(() => useCaseList('路灯', 'newest'));
    await flushPromises();
    return list;
  };
  const step = async () => {
    const { send, close } = open(() => ({ send: useSteps() }));
    await send.mutateAsync({ id: 7, seen: 1, steps: [] });
    await flushPromises();
    close();
  };
  const others = async () => {
    const { reread, close } = open(() => ({ reread: useReread('anybody') }));
    await reread(7);
    close();
  };

  beforeEach(() => {
    client = new QueryClient({ defaultOptions: queryClient.getDefaultOptions() });
    call.mockReset();
  });
  afterEach(() => client.clear());

  it('a list: with every change, whoever made it', async () => {
    const list = await openList({});
    await others();
    expect(lists()).toBe(2);
    await step();
    expect(lists()).toBe(3);
    list.close();
  });

  it("a list that looked back: with one's own step, not with somebody else's", async () => {
    const list = await openList({ looked_back_to: '2025-03-01T00:00:00Z' });
    await others();
    expect(lists()).toBe(1);
    await step();
    expect(lists()).toBe(2);
    list.close();
  });

  it('and so where the step was taken on the page of the case, when one comes back', async () => {
    (await openList({ looked_back_to: '2025-03-01T00:00:00Z' })).close();
    await step();
    expect(lists()).toBe(1);
    (await openList({ looked_back_to: '2025-03-01T00:00:00Z' })).close();
    expect(lists()).toBe(2);
  });
});
