// SPDX-License-Identifier: Apache-2.0
// The marks of cases on the map: the same shapes as in the lists, on a white halo.
import type { Mark } from '@kit/marks/marks';
import type { Brush } from '@kit/map/canvasLayer';
import type { Palette } from '@kit/map/palette';

export interface MapPoint {
  id: number;
  lat: number;
  lon: number;
  mark: Mark;
}
const HALO_PX = 9;
export const HIT_PX = 14;

function drawMark(ctx: CanvasRenderingContext2D, mark: Mark, x: number, y: number, colours: Palette): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.beginPath();
  switch (mark) {
    case 'waiting':
      ctx.arc(0, 0, 4.2, 0, 7);
      ctx.lineWidth = 2.6;
      ctx.strokeStyle = colours['info-m'];
      ctx.stroke();
      break;
    case 'handling':
      ctx.arc(0, 0, 5, 0, 7);
      ctx.lineWidth = 1.6;
      ctx.strokeStyle = ctx.fillStyle = colours['ok-m'];
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(0, 0, 5, -Math.PI / 2, Math.PI / 2);
      ctx.fill();
      break;
    case 'soon':
    case 'late':
      if (mark === 'soon') {
        drawPolygon(ctx, [0, -5.5, 5.6, 4.6, -5.6, 4.6]);
      } else {
        drawPolygon(ctx, [0, -6.6, 6.6, 0, 0, 6.6, -6.6, 0]);
      }
      ctx.fillStyle = mark === 'soon' ? colours['warn-m'] : colours['bad-m'];
      ctx.fill();
      if (mark === 'soon') {
        ctx.lineWidth = 1.1;
        ctx.strokeStyle = colours.warn;
        ctx.stroke();
      }
      break;
    case 'paused':
      ctx.lineWidth = 1.6;
      ctx.strokeStyle = colours['mute-m'];
      ctx.strokeRect(-4.5, -4.5, 9, 9);
      ctx.fillStyle = colours['mute-m'];
      ctx.fillRect(-2.3, -2.5, 1.5, 5);
      ctx.fillRect(0.9, -2.5, 1.5, 5);
      break;
    default:
      ctx.arc(0, 0, 5.6, 0, 7);
      ctx.fillStyle = mark === 'passed' ? colours['ok-m'] : colours['mute-m'];
      ctx.fill();
      ctx.beginPath();
      ctx.moveTo(-2.7, 0.2);
      ctx.lineTo(-0.7, 2.2);
      ctx.lineTo(3, -2);
      ctx.lineWidth = 1.6;
      ctx.strokeStyle = colours.surface;
      ctx.stroke();
  }
  ctx.restore();
}

function drawPolygon(ctx: CanvasRenderingContext2D, xy: number[]): void {
  for (let i = 0; i < xy.length; i += 2) {
    ctx[i === 0 ? 'moveTo' : 'lineTo'](xy[i]!, xy[i + 1]!);
  }
  ctx.closePath();
}

export function drawPoints(
  brush: Brush,
  points: readonly MapPoint[],
  selected: number | undefined,
  colours: Palette,
): void {
  const { ctx } = brush;
  const ordered = [...points].sort((a, b) => Number(a.id === selected) - Number(b.id === selected));
  for (const point of ordered) {
    const { x, y } = brush.at(point.lat, point.lon);
    const chosen = point.id === selected;
    if (chosen) {
      ctx.beginPath();
      ctx.arc(x, y, 19, 0, 7);
      ctx.globalAlpha = 0.18;
      ctx.fillStyle = colours.brand;
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    ctx.beginPath();
    ctx.arc(x, y, chosen ? 13 : HALO_PX, 0, 7);
    ctx.fillStyle = colours.surface;
    ctx.fill();
    ctx.lineWidth = chosen ? 2.5 : 0.8;
    ctx.strokeStyle = chosen ? colours.brand : colours['line-2'];
    ctx.stroke();
    drawMark(ctx, point.mark, x, y, colours);
  }
}

/* The point under the pointer: the nearest within reach. */
export function hitPoint(
  points: readonly MapPoint[],
  at: (lat: number, lon: number) => { x: number; y: number },
  x: number,
  y: number,
): MapPoint | undefined {
  let best: MapPoint | undefined;
  let reach = HIT_PX;
  for (const point of points) {
    const p = at(point.lat, point.lon);
    const distance = Math.hypot(p.x - x, p.y - y);
    if (distance <= reach) {
      reach = distance;
      best = point;
    }
  }
  return best;
}
