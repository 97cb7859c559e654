// SPDX-License-Identifier: Apache-2.0
// The only file that knows Leaflet's map object: opens it, draws base and points, tells what was clicked.
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import type { FeatureCollection } from 'geojson';
import { nextTick, onBeforeUnmount, onMounted, watch, type Ref } from 'vue';
import type { Place } from '@kit/api/types';
import { isDark } from '@kit/theme/theme';
import { CanvasLayer } from '@kit/map/canvasLayer';
import { drawBase, drawPlaces, readShapes, type Shape } from '@kit/map/drawBase';
import { drawPoints, hitPoint, type MapPoint } from './drawPoints';
import { readPalette } from '@kit/map/palette';

export interface MapProps {
  base?: FeatureCollection & { attribution?: string };
  places?: readonly Place[];
  points: readonly MapPoint[];
  selected?: number;
  coveredRight?: number /* px at the right that a panel covers */;
  zoom?: number;
}
export interface MapHooks {
  select(id: number): void;
  pick(lat: number, lon: number): void;
}
const EDGE_PX = 40;

export function useLeaflet(holder: Ref<HTMLElement | null>, props: MapProps, hooks: MapHooks) {
  let map: L.Map | undefined;
  let shapes: Shape[] = [];
  let colours = readPalette();
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
  function showSelected(): void {
    const chosen = props.points.find((point) => point.id === props.selected);
    if (chosen) {
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
  watch([() => props.points, () => props.selected, () => props.coveredRight], showSelected);
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
