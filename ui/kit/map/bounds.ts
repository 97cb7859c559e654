// SPDX-License-Identifier: Apache-2.0
import type { FeatureCollection } from 'geojson';
import L from 'leaflet';

/* The ground that a base map shows: its bbox, or what its features cover. */
export function boundsOf(geo: FeatureCollection): L.LatLngBounds {
  if (geo.bbox) {
    const [west, south, east, north] = geo.bbox as [number, number, number, number];
    return L.latLngBounds([south, west], [north, east]);
  }
  return L.geoJSON(geo).getBounds();
}
