// SPDX-License-Identifier: Apache-2.0
// The plain base map of the office: areas, buildings, roads and their names, drawn from GeoJSON in the colours of the
// theme. No tiles and no foreign host. Loaded with Leaflet, only where a map is opened.
import type { Feature, FeatureCollection, GeoJsonProperties } from 'geojson';
import * as L from 'leaflet';

export const BASE_ATTRIBUTION = '© OpenStreetMap contributors';
const NAMES_FROM_ZOOM = 17;
const ROAD_WIDTH: Record<string, number> = {
  trunk: 9,
  primary: 9,
  secondary: 8,
  tertiary: 7,
  residential: 5,
  unclassified: 5,
  service: 3,
};
const PATH_WIDTH = 1.5;
const GREEN = /^(grass|forest|park|garden|recreation_ground|pitch|wood|meadow|village_green)$/;

type Kind = 'water' | 'green' | 'building' | 'road' | 'rail' | 'none';
const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function kindOf(p: GeoJsonProperties): Kind {
  if (p?.building) {
    return 'building';
  }
  if (p?.highway) {
    return 'road';
  }
  if (p?.railway) {
    return 'rail';
  }
  if (p?.natural === 'water' || p?.waterway) {
    return 'water';
  }
  const ground = String(p?.landuse ?? p?.leisure ?? p?.natural ?? '');
  return GREEN.test(ground) ? 'green' : 'none';
}

const isArea = (feature: Feature): boolean => /Polygon$/.test(feature.geometry?.type ?? '');
const isLine = (feature: Feature): boolean => /LineString$/.test(feature.geometry?.type ?? '');
const roadWidth = (p: GeoJsonProperties): number => ROAD_WIDTH[String(p?.highway)] ?? PATH_WIDTH;

function areaStyle(kind: Kind): L.PathOptions {
  const fill = { water: '--m-water', green: '--m-green', building: '--m-bld' }[kind as 'water'];
  return {
    stroke: kind === 'building',
    color: token('--m-bldl'),
    weight: 1,
    fill: fill !== undefined,
    fillColor: fill ? token(fill) : undefined,
    fillOpacity: 1,
  };
}

function lineStyle(kind: Kind, p: GeoJsonProperties, casing: boolean): L.PathOptions {
  if (kind === 'road') {
    const width = roadWidth(p);
    return {
      color: token(casing || width <= PATH_WIDTH ? '--m-case' : '--m-road'),
      weight: casing ? width + 2 : width,
      lineCap: 'round',
    };
  }
  return kind === 'water'
    ? { color: token('--m-water'), weight: 4 }
    : { color: token('--m-case'), weight: 2, dashArray: '6 4' };
}

function layer(
  geo: FeatureCollection,
  wanted: (f: Feature, kind: Kind) => boolean,
  style: L.StyleFunction,
): L.GeoJSON {
  return L.geoJSON(geo, {
    interactive: false,
    filter: (feature) => wanted(feature, kindOf(feature.properties)),
    style,
  });
}

/* One name per road and estate, at the middle of its longest part. */
function names(geo: FeatureCollection): L.LayerGroup {
  const best = new Map<string, { at: L.LatLng; size: number }>();
  for (const feature of geo.features) {
    const name = feature.properties?.name as string | undefined;
    const kind = kindOf(feature.properties);
    if (!name || !(isArea(feature) || (kind === 'road' && isLine(feature)))) {
      continue;
    }
    const bounds = L.geoJSON(feature).getBounds();
    const size = bounds.getSouthWest().distanceTo(bounds.getNorthEast());
    if (size > (best.get(name)?.size ?? 0)) {
      best.set(name, { at: bounds.getCenter(), size });
    }
  }
  return L.layerGroup([...best].map(([name, { at }]) => nameAt(name, at)));
}

function nameAt(name: string, at: L.LatLng): L.Marker {
  const label = document.createElement('span');
  label.textContent = name;
  label.className = 'map-name';
  const icon = L.divIcon({ className: '', html: label, iconSize: [0, 0] });
  return L.marker(at, { interactive: false, keyboard: false, icon });
}

/* Draws the base map; the answer takes it away again (the theme has changed, the page is left). */
export function drawBase(map: L.Map, geo: FeatureCollection): () => void {
  const land = map.getContainer();
  land.style.background = token('--m-land');
  const layers: L.Layer[] = [
    layer(
      geo,
      (f, kind) => isArea(f) && kind !== 'road',
      (f) => areaStyle(kindOf(f?.properties ?? null)),
    ),
    layer(
      geo,
      (f, kind) => isLine(f) && kind === 'road' && roadWidth(f.properties) > PATH_WIDTH,
      (f) => lineStyle('road', f?.properties ?? null, true),
    ),
    layer(
      geo,
      (f, kind) => isLine(f) && (kind === 'road' || kind === 'rail' || kind === 'water'),
      (f) => lineStyle(kindOf(f?.properties ?? null), f?.properties ?? null, false),
    ),
  ];
  const labels = names(geo);
  const showNames = (): void => {
    map[map.getZoom() >= NAMES_FROM_ZOOM ? 'addLayer' : 'removeLayer'](labels);
  };
  layers.forEach((one) => one.addTo(map));
  showNames();
  map.on('zoomend', showNames);
  return () => {
    map.off('zoomend', showNames);
    [...layers, labels].forEach((one) => one.remove());
  };
}

export function boundsOf(geo: FeatureCollection): L.LatLngBounds {
  if (geo.bbox) {
    const [west, south, east, north] = geo.bbox as [number, number, number, number];
    return L.latLngBounds([south, west], [north, east]);
  }
  return L.geoJSON(geo).getBounds();
}
