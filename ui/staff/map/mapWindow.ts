// SPDX-License-Identifier: Apache-2.0
// The part of the map that a screen shows, rounded outwards, so that small movements ask nothing anew.
export interface MapWindow {
  zoom: number;
  south: number;
  west: number;
  north: number;
  east: number;
}

const STEP_PX = 256;

export function mapWindow(zoom: number, south: number, west: number, north: number, east: number): MapWindow {
  const step = (360 * STEP_PX) / (256 * 2 ** zoom);
  const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;
  return {
    zoom,
    south: round(Math.max(-90, Math.floor(south / step) * step)),
    west: round(Math.max(-180, Math.floor(west / step) * step)),
    north: round(Math.min(90, Math.ceil(north / step) * step)),
    east: round(Math.min(180, Math.ceil(east / step) * step)),
  };
}
