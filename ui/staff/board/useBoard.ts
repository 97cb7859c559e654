// SPDX-License-Identifier: Apache-2.0
// What the dispatcher looks at: which counter is open, its list held still under the pointer, the marked case.
import { useQuery } from '@tanstack/vue-query';
import { computed, ref, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { call } from '@kit/api/client';
import type { Case, CaseBunch } from '@kit/api/types';
import { markOf } from '@kit/marks/marks';
import { usePointing } from '../common/usePointing';
import { useCase, useCaseList, type Sort } from '../data/cases';
import { useSteady } from '../live/steady';
import type { MapWindow } from '../map/mapWindow';
import { usePoints } from '../map/useMapData';

const FIRST = 'to_dispatch';

export function useBoard() {
  const route = useRoute();
  const router = useRouter();
  const board = useQuery({
    queryKey: ['board'],
    queryFn: () => call('GET /api/v1/board'),
    refetchInterval: 60_000,
  });
  const counters = computed(() => board.data.value?.counters ?? []);
  const tab = computed({
    get: () => (typeof route.query.tab === 'string' ? route.query.tab : FIRST),
    set: (key: string) => void router.replace({ query: { ...route.query, tab: key } }),
  });
  const filter = computed(
    () => counters.value.find((counter) => counter.key === tab.value)?.filter ?? `state:${FIRST}`,
  );
  const sort = ref<Sort>('due');
  /* One square of the map, whose cases alone are listed. */
  const square = ref<CaseBunch>();
  const listed = computed(() => (square.value ? `${filter.value} cell:${square.value.cell}` : filter.value));
  const list = useCaseList(listed, sort);
  const { pointing, handlers } = usePointing();
  const { steady, settle } = useSteady(list.items, pointing, () => `${listed.value} ${sort.value}`);
  const selected = ref<number>();
  const shown = ref<MapWindow>();
  const all = usePoints(filter, shown);
  /* A case has the same mark on the map as in the list, where its own clock is known. */
  const points = computed(() => {
    const marks = new Map(list.items.value.map((item) => [item.id, markOf(item)]));
    const dots = all.points.value.map((point) => ({ ...point, mark: marks.get(point.id) ?? point.mark }));
    const marked = list.items.value.find((item) => item.id === selected.value);
    if (marked?.lat === undefined || marked.lon === undefined || dots.some((dot) => dot.id === marked.id)) {
      return dots;
    }
    return [
      ...dots,
      { id: marked.id, lat: marked.lat, lon: marked.lon, mark: markOf(marked) },
    ]; /* out of its bunch */
  });

  const detail = useCase(selected);
  const at = computed(() => steady.value.items.findIndex((item) => item.id === selected.value));

  function select(id: number | undefined): void {
    selected.value = id;
  }
  function openBunch(bunch: CaseBunch | undefined): void {
    square.value = bunch?.cell ? bunch : undefined;
  }
  function move(by: number): void {
    const items = steady.value.items;
    const next = items[Math.max(0, Math.min(items.length - 1, at.value + by))];
    if (next) {
      select(next.id);
    }
  }
  /* After a dispatch the hand goes on to the next that still waits. */
  function next(): void {
    const items: Case[] = steady.value.items;
    const after = items.slice(at.value + 1).find((item) => !steady.value.gone.has(item.id));
    select(after?.id ?? items.find((item) => item.id !== selected.value)?.id);
  }
  watch(
    () => steady.value.items,
    (items) => {
      if (selected.value === undefined && items[0]) {
        select(items[0].id);
      }
    },
    { immediate: true },
  );
  watch(filter, () => openBunch(undefined));
  watch(listed, () => select(undefined));

  return {
    board,
    counters,
    tab,
    sort,
    list,
    steady,
    settle,
    handlers,
    points,
    bunches: all.bunches,
    without: all.without,
    shown,
    square,
    openBunch,
    selected,
    detail,
    select,
    move,
    next,
  };
}
