// SPDX-License-Identifier: Apache-2.0
// The only file that knows Leaflet's map object: opens it, draws base and points, tells what was clicked.
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import type { FeatureCollection } from 'geojson';
import { nextTick, onBeforeUnmount, onMounted, watch, type Ref } from 'vue';
import type { CaseBunch, Place } from '@kit/api/types';
import { isDark } from '@kit/theme/theme';
import { CanvasLayer } from '@kit/map/canvasLayer';
import { drawBase, drawPlaces, readShapes, type Shape } from '@kit/map/drawBase';
import { showBunches } from './bunchLayer';
import { drawPoints, hitPoint, type MapPoint } from './drawPoints';
import { mapWindow, type MapWindow } from './mapWindow';
import { readPalette } from '@kit/map/palette';

export interface MapProps {
  base?: FeatureCollection & { attribution?: string };
  places?: readonly Place[];
  points: readonly MapPoint[];
  selected?: number;
  bunches?: readonly CaseBunch[];
  square?: string /* cell of the bunch whose list is open */;
  coveredRight?: number /* px at the right that a panel covers */;
  zoom?: number;
}
export interface MapHooks {
  select(id: number): void;
  pick(lat: number, lon: number): void;
  open(bunch: CaseBunch): void;
  words(bunch: CaseBunch): string;
  window(shown: MapWindow): void;
}
const EDGE_PX = 40;

export function useLeaflet(holder: Ref<HTMLElement | null>, props: MapProps, hooks: MapHooks) {
  let map: L.Map | undefined;
  let shapes: Shape[] = [];
  let colours = readPalette();
  let broughtIn: number | undefined; /* the marked case that the map was moved to */
  const bunchGroup = L.layerGroup();
  const baseLayer = new CanvasLayer((brush) => {
    drawBase(brush, shapes, colours);
    drawPlaces(brush, props.places ?? [], colours);
  });
  const pointLayer = new CanvasLayer((brush) => drawPoints(brush, props.points, props.selected, colours));

  function open(): void {
    map = L.map(holder.value!, {
      zoomControl: false,
      zoomAnimation: false,
      fadeAnimation: false,
      maxZoom: 20,
      minZoom: 13,
    });
    map.attributionControl.setPrefix(false);
    map.setView([31.285, 121.4974], props.zoom ?? 16);
    baseLayer.addTo(map);
    pointLayer.addTo(map);
    bunchGroup.addTo(map);
    map.on('moveend', tellWindow);
    map.on('click', (event) => {
      const at = event.containerPoint;
      const hit = hitPoint(props.points, (lat, lon) => map!.latLngToContainerPoint([lat, lon]), at.x, at.y);
      if (hit) {
        hooks.select(hit.id);
      } else {
        hooks.pick(event.latlng.lat, event.latlng.lng);
      }
    });
  }
  function tellWindow(): void {
    const box = map!.getBounds();
    hooks.window(mapWindow(map!.getZoom(), box.getSouth(), box.getWest(), box.getNorth(), box.getEast()));
  }
  /* Nearer, where a nearer look can tell them apart, and the list of just these. */
  function openBunch(bunch: CaseBunch): void {
    hooks.open(bunch);
    map?.fitBounds(
      [
        [bunch.south, bunch.west],
        [bunch.north, bunch.east],
      ],
      { maxZoom: map.getMaxZoom(), animate: false },
    );
  }
  function drawBunches(): void {
    showBunches(bunchGroup, props.bunches ?? [], props.square, { words: hooks.words, open: openBunch });
  }
  function showBase(): void {
    if (!map || !props.base) {
      return;
    }
    shapes = readShapes(props.base);
    map.attributionControl.addAttribution(props.base.attribution ?? '© OpenStreetMap contributors');
    const box = props.base.bbox;
    const chosen = props.points.find((point) => point.id === props.selected);
    if (chosen) {
      map.setView([chosen.lat, chosen.lon], props.zoom ?? 17);
    } else if (box) {
      map.fitBounds([
        [box[1]!, box[0]!],
        [box[3]!, box[2]!],
      ]);
    }
    baseLayer.redraw();
  }
  /* Only once for each case, or the map would jump back from where a person moved it. */
  function showSelected(anew: boolean): void {
    const chosen = props.points.find((point) => point.id === props.selected);
    if (chosen && (broughtIn !== chosen.id || anew)) {
      broughtIn = chosen.id;
      map?.panInside([chosen.lat, chosen.lon], {
        paddingTopLeft: [EDGE_PX, EDGE_PX],
        paddingBottomRight: [EDGE_PX + (props.coveredRight ?? 0), EDGE_PX],
        animate: false,
      });
    }
    pointLayer.redraw();
  }
  const watcher =
    typeof ResizeObserver === 'function' ? new ResizeObserver(() => map?.invalidateSize()) : undefined;
  onMounted(() => {
    open();
    showBase();
    drawBunches();
    watcher?.observe(holder.value!);
  });
  onBeforeUnmount(() => {
    watcher?.disconnect();
    map?.remove();
  });
  watch(() => props.base, showBase);
  watch(
    () => props.places,
    () => baseLayer.redraw(),
  );
  watch([() => props.selected, () => props.coveredRight], () => showSelected(true));
  watch(
    () => props.points,
    () => showSelected(false),
  );
  watch([() => props.bunches, () => props.square], drawBunches);
  watch(isDark, async () => {
    await nextTick();
    colours = readPalette();
    baseLayer.redraw();
    pointLayer.redraw();
  });
  return {
    zoomIn: () => map?.zoomIn(),
    zoomOut: () => map?.zoomOut(),
    whole: () => showBase(),
  };
}
