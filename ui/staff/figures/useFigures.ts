// SPDX-License-Identifier: Apache-2.0
// Figures for a period and a scope, in rows by one dimension. The choice is the address of the page.
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { call } from '@kit/api/client';
import type { FigureBy } from '@kit/api/types';
import { parseFilter, writeFilter } from '../filter/filter';
import { lastYearValue, PERIODS, periodValue, type PeriodName } from './periods';

export const DIMENSIONS: readonly FigureBy[] = ['community', 'category', 'unit', 'channel', 'month'];

export function useFigures() {
  const route = useRoute();
  const router = useRouter();
  const text = (name: string): string => (typeof route.query[name] === 'string' ? route.query[name] : '');
  function put(name: string, value: string | undefined): void {
    void router.replace({ query: { ...route.query, [name]: value || undefined } });
  }
  const period = computed<PeriodName>({
    get: () => PERIODS.find((one) => one === text('period')) ?? 'this_month',
    set: (next) => put('period', next),
  });
  const chosen = computed<[string, string] | undefined>({
    get: () => {
      const [from, to] = text('days').split('..');
      return from && to ? ([from, to] as [string, string]) : undefined;
    },
    set: (next) => put('days', next?.join('..')),
  });
  const by = computed<FigureBy>({
    get: () => DIMENSIONS.find((one) => one === text('by')) ?? 'community',
    set: (next) => put('by', next),
  });
  const scope = computed({ get: () => text('scope'), set: (next: string) => put('scope', next) });

  function filterFor(opened: string): string {
    const rest = parseFilter(scope.value).filter((one) => one.key !== 'opened');
    return writeFilter([{ key: 'opened', values: [opened], not: false }, ...rest]);
  }
  const filter = computed(() => filterFor(periodValue(period.value, new Date(), chosen.value)));
  const yearFilter = computed(() => filterFor(lastYearValue(new Date())));

  const read = (of: () => string, dimension: () => FigureBy) =>
    useQuery({
      queryKey: ['figures', computed(of), computed(dimension)],
      queryFn: ({ signal }) =>
        call('GET /api/v1/figures', { query: { filter: of(), by: dimension() }, signal }),
      staleTime: 60_000,
    });
  const total = read(
    () => filter.value,
    () => 'none',
  );
  const rows = read(
    () => filter.value,
    () => by.value,
  );
  const months = read(
    () => yearFilter.value,
    () => 'month',
  );
  return { period, chosen, by, scope, filter, total, rows, months };
}
