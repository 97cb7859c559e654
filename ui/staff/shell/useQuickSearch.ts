// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/vue-query';
import { computed, ref, watch, type Ref } from 'vue';
import { call } from '@kit/api/client';

const PAUSE_MS = 200; /* asks when the typing pauses */
const HITS = 8;

export function useQuickSearch(words: Ref<string>, open: Ref<boolean>) {
  const asked = ref('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(words, (now) => {
    clearTimeout(timer);
    timer = setTimeout(() => (asked.value = now.trim()), PAUSE_MS);
  });
  const query = useQuery({
    queryKey: ['quick', asked],
    queryFn: ({ signal }) =>
      call('GET /api/v1/cases', { query: { filter: asked.value, sort: 'newest', limit: HITS }, signal }),
    enabled: () => open.value && asked.value !== '',
  });
  const hits = computed(() => (asked.value ? (query.data.value?.items ?? []) : []));
  const lookedBackTo = computed(() => (asked.value ? query.data.value?.looked_back_to : undefined));
  return { hits, lookedBackTo, error: query.error, retry: query.refetch };
}
