// SPDX-License-Identifier: Apache-2.0
// The three applications. Each is built on its own, so that a resident never loads what a desk needs.
// `first` is the ceiling of what a first visit loads, in KiB gzip (DESIGN.md 10); `chunk` of every further route; `wide`
// names the few chunks that may be larger (the map); `landing` the routes that load in the same first visit.
export const entries = [
  {
    name: 'staff',
    first: 280,
    chunk: 40,
    landing: ['staff/morning/MorningPage.vue'],
    wide: { 'staff/map/MapView.vue': 55 },
  },
  { name: 'field', first: 140, chunk: 40, wide: { 'kit/map/PointMap.vue': 55 } },
  { name: 'public', first: 80, chunk: 40, wide: { 'kit/map/PointMap.vue': 55 } },
];
