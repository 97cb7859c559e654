// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { CasePoint } from '@kit/api/types';
import { readShapes } from '@kit/map/drawBase';
import { bunchSize } from '../../staff/map/bunchLayer';
import { hitPoint, type MapPoint } from '../../staff/map/drawPoints';
import { mapWindow } from '../../staff/map/mapWindow';
import { markOfPoint } from '../../staff/map/useMapData';

const now = new Date('2026-11-22T09:00:00+08:00').getTime();
const point = (change: Partial<CasePoint>): CasePoint => ({
  id: 1,
  lat: 31.28,
  lon: 121.5,
  state: 'handling',
  late: false,
  due: '2026-11-22T14:00:00+08:00',
  ...change,
});

describe('the mark on the map', () => {
  it.each<[string, Partial<CasePoint>, string]>([
    ['in hand', {}, 'handling'],
    ['waiting', { state: 'to_dispatch' }, 'waiting'],
    ['due within the hour', { due: '2026-11-22T09:40:00+08:00' }, 'soon'],
    ['late', { late: true }, 'late'],
    ['handled, to be checked', { state: 'to_check' }, 'passed'],
    ['closed late', { state: 'closed', late: true }, 'done'],
  ])('%s', (_name, change, mark) => expect(markOfPoint(point(change), now)).toBe(mark));
});

it('the nearest point within reach is meant', () => {
  const points = [
    { id: 1, lat: 0, lon: 0, mark: 'waiting' },
    { id: 2, lat: 0, lon: 10, mark: 'waiting' },
  ] as MapPoint[];
  const at = (lat: number, lon: number) => ({ x: lon, y: lat });
  expect(hitPoint(points, at, 7, 1)?.id).toBe(2);
  expect(hitPoint(points, at, 60, 60)).toBeUndefined();
});

it('a bunch of more is wider, up to a bound', () => {
  expect(bunchSize(2)).toBeLessThan(bunchSize(99));
  expect(bunchSize(1e9)).toBe(48);
});

it('a window holds what the screen shows and is the same after a small movement', () => {
  const window = mapWindow(16, 31.281, 121.491, 31.288, 121.511);
  expect(window.south).toBeLessThanOrEqual(31.281);
  expect(window.west).toBeLessThanOrEqual(121.491);
  expect(window.north).toBeGreaterThanOrEqual(31.288);
  expect(window.east).toBeGreaterThanOrEqual(121.511);
  expect(mapWindow(16, 31.2812, 121.4912, 31.2882, 121.5112)).toEqual(window);
  expect(mapWindow(17, 31.281, 121.491, 31.289, 121.511)).not.toEqual(window);
});

it('the base map takes buildings, water, green and roads, and leaves points out', () => {
  const feature = (properties: object, geometry: object) => ({ type: 'Feature', properties, geometry });
  const ring = [
    [0, 0],
    [0, 1],
    [1, 1],
    [0, 0],
  ];
  const shapes = readShapes({
    type: 'FeatureCollection',
    features: [
      feature({ building: 'yes' }, { type: 'Polygon', coordinates: [ring] }),
      feature({ leisure: 'park' }, { type: 'Polygon', coordinates: [ring] }),
      feature({ highway: 'secondary_link', name: '四平路' }, { type: 'LineString', coordinates: ring }),
      feature({ highway: 'traffic_signals' }, { type: 'Point', coordinates: [0, 0] }),
    ],
  } as never);
  expect(shapes.map((shape) => [shape.kind, shape.closed, shape.rank])).toEqual([
    ['building', true, 0],
    ['green', true, 0],
    ['road', false, 13],
  ]);
});
