// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { call } from '@kit/api/client';
import type { CasePoint } from '@kit/api/types';
import { isOpen, type Mark } from '@kit/marks/marks';
import type { MapPoint } from './drawPoints';

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

export function usePoints(filter: MaybeRefOrGetter<string>) {
  const query = useQuery({
    queryKey: ['points', computed(() => toValue(filter))],
    queryFn: ({ signal }) => call('GET /api/v1/cases/points', { query: { filter: toValue(filter) }, signal }),
  });
  const points = computed<MapPoint[]>(() =>
    (query.data.value?.points ?? []).flatMap((point) => {
      const { id, lat, lon } = point;
      return lat === undefined || lon === undefined
        ? []
        : [{ id, lat, lon, mark: markOfPoint(point, Date.now()) }];
    }),
  );
  const without = computed(() => query.data.value?.without_point ?? 0);
  return { query, points, without };
}
