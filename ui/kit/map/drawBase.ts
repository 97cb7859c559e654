// SPDX-License-Identifier: Apache-2.0
// The base map: green, water, buildings, roads with a casing, road names, and the boundaries of communities and grids.
import type { Feature, FeatureCollection, Position } from 'geojson';
import type { Place } from '../api/types';
import type { Brush } from './canvasLayer';
import type { Palette } from './palette';

type Kind = 'green' | 'water' | 'building' | 'road';
export interface Shape {
  kind: Kind;
  lines: Position[][];
  closed: boolean;
  rank: number /* width of a road in px at zoom 17 */;
  name: string;
}
const ROAD_PX: Record<string, number> = {
  primary: 15,
  secondary: 13,
  tertiary: 11,
  residential: 8,
  unclassified: 8,
  living_street: 7,
  service: 5,
  footway: 2.5,
  pedestrian: 5,
  cycleway: 2.5,
  path: 2,
  steps: 2.5,
};
const GREEN = /^(park|garden|pitch|grass|forest|wood|scrub|meadow|recreation_ground|village_green)$/;

function kindOf(tags: Record<string, string>): Kind | undefined {
  if (tags.building) {
    return 'building';
  }
  if (tags.natural === 'water' || tags.waterway) {
    return 'water';
  }
  if ([tags.leisure, tags.landuse, tags.natural].some((tag) => GREEN.test(tag ?? ''))) {
    return 'green';
  }
  return tags.highway ? 'road' : undefined;
}

function linesOf(feature: Feature): Position[][] {
  const g = feature.geometry;
  switch (g?.type) {
    case 'LineString':
      return [g.coordinates];
    case 'MultiLineString':
    case 'Polygon':
      return g.coordinates;
    case 'MultiPolygon':
      return g.coordinates.flat();
    default:
      return [];
  }
}

export function readShapes(base: FeatureCollection): Shape[] {
  return base.features.flatMap((feature) => {
    const tags = (feature.properties ?? {}) as Record<string, string>;
    const kind = kindOf(tags);
    const lines = linesOf(feature);
    const closed = feature.geometry?.type.endsWith('Polygon') ?? false;
    const rank = kind === 'road' ? (ROAD_PX[(tags.highway ?? '').replace(/_link$/, '')] ?? 4) : 0;
    return kind && lines.length > 0 ? [{ kind, lines, closed, rank, name: tags.name ?? '' }] : [];
  });
}

function trace({ ctx, at }: Brush, lines: Position[][], closed: boolean): void {
  ctx.beginPath();
  for (const line of lines) {
    line.forEach(([lon, lat], i) => {
      const p = at(lat!, lon!);
      ctx[i === 0 ? 'moveTo' : 'lineTo'](p.x, p.y);
    });
    if (closed) {
      ctx.closePath();
    }
  }
}

export function drawBase(brush: Brush, shapes: readonly Shape[], colours: Palette): void {
  const { ctx } = brush;
  const scale = Math.pow(2, brush.zoom - 17);
  ctx.lineJoin = ctx.lineCap = 'round';
  const areas: [Kind, string, string][] = [
    ['green', colours['m-green'], ''],
    ['water', colours['m-water'], ''],
    ['building', colours['m-bld'], colours['m-bldl']],
  ];
  const roads = shapes.filter((shape) => shape.kind === 'road');
  for (const [kind, fill, line] of areas) {
    if (kind === 'building') {
      strokeRoads(brush, roads, colours['m-case'], scale, 2.4);
      strokeRoads(brush, roads, colours['m-road'], scale, 0);
    }
    for (const shape of shapes.filter((one) => one.kind === kind)) {
      trace(brush, shape.lines, shape.closed);
      ctx.fillStyle = fill;
      ctx.strokeStyle = line || fill;
      ctx.lineWidth = shape.closed ? 0.7 : 6 * scale;
      if (shape.closed) {
        ctx.fill('evenodd');
      }
      ctx.stroke();
    }
  }
  drawRoadNames(brush, roads, colours);
}

function strokeRoads(
  brush: Brush,
  roads: readonly Shape[],
  colour: string,
  scale: number,
  more: number,
): void {
  brush.ctx.strokeStyle = colour;
  for (const road of roads) {
    trace(brush, road.lines, road.closed);
    brush.ctx.lineWidth = Math.max(1, road.rank * scale) + more;
    brush.ctx.stroke();
  }
}

/* One name per road on the map, along its longest piece. */
function drawRoadNames(brush: Brush, roads: readonly Shape[], colours: Palette): void {
  if (brush.zoom < 16) {
    return;
  }
  const longest = new Map<string, { x: number; y: number; angle: number; length: number }>();
  for (const road of roads.filter((one) => one.name && one.rank >= 5)) {
    for (const line of road.lines) {
      for (let i = 1; i < line.length; i++) {
        const a = brush.at(line[i - 1]![1]!, line[i - 1]![0]!);
        const b = brush.at(line[i]![1]!, line[i]![0]!);
        const length = Math.hypot(b.x - a.x, b.y - a.y);
        const x = (a.x + b.x) / 2;
        const y = (a.y + b.y) / 2;
        const inside = x > 0 && y > 0 && x < brush.width && y < brush.height;
        if (inside && length > (longest.get(road.name)?.length ?? road.name.length * 11)) {
          longest.set(road.name, { x, y, angle: Math.atan2(b.y - a.y, b.x - a.x), length });
        }
      }
    }
  }
  for (const [name, spot] of longest) {
    const upright = Math.abs(spot.angle) > Math.PI / 2 ? spot.angle + Math.PI : spot.angle;
    writeText(brush, name, spot.x, spot.y, colours['m-text'], colours, 11, upright);
  }
}

function writeText(
  { ctx }: Brush,
  text: string,
  x: number,
  y: number,
  colour: string,
  colours: Palette,
  size: number,
  angle = 0,
): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(angle);
  ctx.font = `${size > 12 ? 600 : 400} ${size}px ${colours.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.strokeStyle = colours['m-halo'];
  ctx.lineWidth = 3;
  ctx.strokeText(text, 0, 0);
  ctx.fillStyle = colour;
  ctx.fillText(text, 0, 0);
  ctx.restore();
}

export function drawPlaces(brush: Brush, places: readonly Place[], colours: Palette): void {
  const { ctx } = brush;
  for (const place of places) {
    if (!place.polygon || (place.level !== 'community' && place.level !== 'grid')) {
      continue;
    }
    const isGrid = place.level === 'grid';
    trace(brush, [place.polygon], true);
    ctx.strokeStyle = colours.brand;
    ctx.globalAlpha = isGrid ? 0.5 : 0.9;
    ctx.lineWidth = isGrid ? 1 : 2.4;
    ctx.setLineDash(isGrid ? [3, 3] : []);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }
  for (const place of places.filter((one) => one.polygon && one.level === 'community')) {
    const points = place.polygon!.map(([lon, lat]) => brush.at(lat, lon));
    const x = points.reduce((sum, p) => sum + p.x, 0) / points.length;
    const top = Math.min(...points.map((p) => p.y));
    writeText(brush, place.name, x, top + 18, colours['brand-2'], colours, 14);
  }
}
