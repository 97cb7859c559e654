// SPDX-License-Identifier: Apache-2.0
// Reading cases, and taking a step on one.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { call, newKey } from '@kit/api/client';
import { asApiError } from '@kit/api/error';
import type { Case, CaseFull, CaseList, Id, Step } from '@kit/api/types';

export type Sort = 'due' | 'newest' | 'oldest';
const PAGE = 50;
const REREAD_MS = 60_000; /* clocks move on although nobody acts */

export function useCase(id: MaybeRefOrGetter<Id | undefined>) {
  return useQuery({
    queryKey: ['case', computed(() => toValue(id))],
    queryFn: () => call('GET /api/v1/cases/{id}', { path: { id: toValue(id)! } }),
    enabled: () => toValue(id) !== undefined,
    refetchInterval: REREAD_MS,
  });
}

/* Open cases that may be the same, each with its reasons; a case that cannot be merged has none. */
export function useTwins(item: MaybeRefOrGetter<CaseFull>) {
  return useQuery({
    queryKey: ['case', computed(() => toValue(item).id), 'twins', computed(() => toValue(item).last_event)],
    queryFn: ({ signal }) => call('GET /api/v1/cases/{id}/twins', { path: { id: toValue(item).id }, signal }),
    enabled: () => toValue(item).allowed.some((one) => one.step === 'merge'),
  });
}

/* A search that looked through thousands of texts, or the count of one, is not read again with each change that somebody
   makes in the office: it says as of when it is. */
function hasLookedBack(data: unknown): boolean {
  const { pages, capped, points } = (data ?? {}) as {
    pages?: CaseList[];
    capped?: boolean;
    points?: unknown;
  };
  return pages?.some((page) => page.looked_back_to) ?? (capped === true && points === undefined);
}

export function useCaseList(filter: MaybeRefOrGetter<string>, sort: MaybeRefOrGetter<Sort> = 'due') {
  const query = useInfiniteQuery({
    queryKey: ['cases', computed(() => toValue(filter)), computed(() => toValue(sort))],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/v1/cases', {
        query: { filter: toValue(filter), sort: toValue(sort), cursor: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: (one) => (hasLookedBack(one.state.data) ? false : REREAD_MS),
  });
  const items = computed<Case[]>(() => query.data.value?.pages.flatMap((page) => page.items) ?? []);
  const asOf = computed(() => query.data.value?.pages[0]?.as_of);
  const lookedBackTo = computed(() => query.data.value?.pages.at(-1)?.looked_back_to);
  return { query, items, asOf, lookedBackTo };
}

export function useCount(filter: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['count', computed(() => toValue(filter))],
    queryFn: ({ signal }) => call('GET /api/v1/cases/count', { query: { filter: toValue(filter) }, signal }),
  });
}

/* Everything that lists cases is read again after a change of one's own; after somebody's, all but what looked back. */
export function useReread(whose: 'own' | 'anybody' = 'own'): (id?: Id) => Promise<void> {
  const client = useQueryClient();
  return async (id) => {
    const lists = ['cases', 'count', 'points', 'board', 'morning'];
    await Promise.all([
      id === undefined ? undefined : client.invalidateQueries({ queryKey: ['case', id] }),
      ...lists.map((key) =>
        client.invalidateQueries({
          queryKey: [key],
          predicate: (one) => whose === 'own' || !hasLookedBack(one.state.data),
        }),
      ),
    ]);
  };
}

/* One click: one or several adjoining steps. When somebody else was quicker, the case is read again at once. */
export function useSteps() {
  const reread = useReread();
  return useMutation({
    mutationFn: (order: { id: Id; seen: number; steps: Step[] }) =>
      call('POST /api/v1/cases/{id}/steps', {
        path: { id: order.id },
        body: { seen: order.seen, steps: order.steps },
        key: newKey(),
      }),
    onSuccess: (answer) => void reread(answer.id),
    onError: (cause, order) => {
      if (asApiError(cause).status === 409) {
        void reread(order.id);
      }
    },
  });
}
