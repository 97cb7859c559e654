// SPDX-License-Identifier: Apache-2.0
// A Leaflet layer that is one canvas: drawn anew after each move, moved along while the map is dragged.
import L from 'leaflet';

export interface Brush {
  ctx: CanvasRenderingContext2D;
  at(lat: number, lon: number): { x: number; y: number } /* pixel inside the map */;
  zoom: number;
  width: number;
  height: number;
}
const MARGIN = 0.25; /* part of the map drawn beyond each edge, so that dragging shows no gap */

export class CanvasLayer extends L.Layer {
  private canvas?: HTMLCanvasElement;
  constructor(private readonly draw: (brush: Brush) => void) {
    super();
  }

  override onAdd(map: L.Map): this {
    this.canvas = L.DomUtil.create(
      'canvas',
      'leaflet-zoom-hide',
      map.getPane('overlayPane'),
    ) as HTMLCanvasElement;
    this.canvas.setAttribute('aria-hidden', 'true');
    map.on('moveend zoomend resize viewreset', this.redraw, this);
    this.redraw();
    return this;
  }

  override onRemove(map: L.Map): this {
    map.off('moveend zoomend resize viewreset', this.redraw, this);
    this.canvas?.remove();
    return this;
  }

  redraw(): void {
    const map = this._map as L.Map | undefined;
    const ctx = this.canvas?.getContext('2d');
    if (!map || !this.canvas || !ctx) {
      return;
    }
    const size = map.getSize();
    const margin = Math.round(Math.max(size.x, size.y) * MARGIN);
    const ratio = window.devicePixelRatio || 1;
    const width = size.x + 2 * margin;
    const height = size.y + 2 * margin;
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([-margin, -margin]));
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    ctx.setTransform(ratio, 0, 0, ratio, margin * ratio, margin * ratio);
    this.draw({
      ctx,
      at: (lat, lon) => map.latLngToContainerPoint([lat, lon]),
      zoom: map.getZoom(),
      width: size.x,
      height: size.y,
    });
  }
}
