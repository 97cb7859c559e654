// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { call } from '@kit/api/client';
import type { CaseBunch, CasePoint } from '@kit/api/types';
import { isOpen, type Mark } from '@kit/marks/marks';
import type { MapPoint } from './drawPoints';
import type { MapWindow } from './mapWindow';

const SOON_MS = 3_600_000; /* on the map an open case turns amber one hour before it is due */

export function useBaseMap() {
  return useQuery({ queryKey: ['map'], queryFn: () => call('GET /api/v1/map'), staleTime: Infinity });
}

export function markOfPoint(point: Pick<CasePoint, 'state' | 'late' | 'due'>, now: number): Mark {
  if (!isOpen(point.state)) {
    return 'done';
  }
  const left = point.due ? new Date(point.due).getTime() - now : Infinity;
  if (point.late || left < 0) {
    return 'late';
  }
  if (left < SOON_MS) {
    return 'soon';
  }
  if (point.state === 'to_check' || point.state === 'to_close') {
    return 'passed';
  }
  return point.state === 'handling' ? 'handling' : 'waiting';
}

/* Everything at once while the dots are few. Else the server says how many are in each square, and is asked again for
   what the screen shows whenever the map was moved. */
export function usePoints(filter: MaybeRefOrGetter<string>, shown: MaybeRefOrGetter<MapWindow | undefined>) {
  const whole = useQuery({
    queryKey: ['points', computed(() => toValue(filter))],
    queryFn: ({ signal }) => call('GET /api/v1/cases/points', { query: { filter: toValue(filter) }, signal }),
  });
  const isCrowded = computed(() => (whole.data.value?.bunches.length ?? 0) > 0);
  const near = useQuery({
    queryKey: ['points', computed(() => toValue(filter)), computed(() => toValue(shown))],
    queryFn: ({ signal }) =>
      call('GET /api/v1/cases/points', { query: { filter: toValue(filter), ...toValue(shown) }, signal }),
    enabled: () => isCrowded.value && toValue(shown) !== undefined,
    placeholderData: keepPreviousData,
  });
  const answer = computed(() => (isCrowded.value ? near.data.value : undefined) ?? whole.data.value);
  const points = computed<MapPoint[]>(() =>
    (answer.value?.points ?? []).flatMap((point) => {
      const { id, lat, lon } = point;
      return lat === undefined || lon === undefined
        ? []
        : [{ id, lat, lon, mark: markOfPoint(point, Date.now()) }];
    }),
  );
  const bunches = computed<CaseBunch[]>(() => answer.value?.bunches ?? []);
  const without = computed(() => ({
    n: whole.data.value?.without_point ?? 0,
    hasMore: whole.data.value?.capped ?? false,
  }));
  return { points, bunches, without };
}
