// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { call } from '@kit/api/client';
import type { CasePoint } from '@kit/api/types';
import { isOpen } from '@kit/marks/marks';
import type { MapPoint } from './drawPoints';

const SOON_MS = 3_600_000; /* on the map an open case turns amber one hour before it is due */

export function useBaseMap() {
  return useQuery({ queryKey: ['map'], queryFn: () => call('GET /api/v1/map'), staleTime: Infinity });
}

export function pointOf(point: CasePoint, now: number): MapPoint {
  const { id, lat, lon } = point;
  if (!isOpen(point.state)) {
    return { id, lat, lon, mark: 'done' };
  }
  if (point.late) {
    return { id, lat, lon, mark: 'late' };
  }
  if (point.state === 'to_check' || point.state === 'to_close') {
    return { id, lat, lon, mark: 'passed' };
  }
  if (point.due && new Date(point.due).getTime() - now < SOON_MS) {
    return { id, lat, lon, mark: 'soon' };
  }
  return { id, lat, lon, mark: point.state === 'handling' ? 'handling' : 'waiting' };
}

export function usePoints(filter: MaybeRefOrGetter<string>) {
  const query = useQuery({
    queryKey: ['points', computed(() => toValue(filter))],
    queryFn: ({ signal }) => call('GET /api/v1/cases/points', { query: { filter: toValue(filter) }, signal }),
  });
  const points = computed(() => query.data.value?.points.map((point) => pointOf(point, Date.now())) ?? []);
  const without = computed(() => query.data.value?.without_point ?? 0);
  return { query, points, without };
}
