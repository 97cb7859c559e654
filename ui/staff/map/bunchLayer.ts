// SPDX-License-Identifier: Apache-2.0
// Bunches of cases as buttons on the map: a number, and how many of them are late. Each can be reached by keyboard.
import L from 'leaflet';
import type { CaseBunch } from '@kit/api/types';

const LEAST_PX = 34;
const MOST_PX = 48;

/* Wider with the logarithm of the number, so that ten and a thousand can be told apart. */
export function bunchSize(count: number): number {
  return Math.min(MOST_PX, LEAST_PX + Math.round(5 * Math.log10(Math.max(1, count))));
}

/* The words of the label say what the signs beside the number mean; the signs are drawn, not written. */
function element(bunch: CaseBunch, chosen: boolean): HTMLElement {
  const holder = document.createElement('span');
  holder.classList.add('bunch');
  holder.classList.toggle('chosen', chosen);
  holder.classList.toggle('more', bunch.has_more);
  const number = document.createElement('b');
  number.textContent = String(bunch.count);
  holder.append(number);
  if (bunch.late > 0) {
    const late = document.createElement('i');
    late.dataset.late = String(bunch.late);
    holder.append(late);
  }
  return holder;
}

export interface BunchHooks {
  words(bunch: CaseBunch): string;
  open(bunch: CaseBunch): void;
}

export function showBunches(
  group: L.LayerGroup,
  bunches: readonly CaseBunch[],
  chosen: string | undefined,
  hooks: BunchHooks,
): void {
  group.clearLayers();
  for (const bunch of bunches) {
    const size = bunchSize(bunch.count);
    const words = hooks.words(bunch);
    const marker = L.marker([bunch.lat, bunch.lon], {
      icon: L.divIcon({
        html: element(bunch, bunch.cell !== '' && bunch.cell === chosen),
        className: 'bunch-holder',
        iconSize: [size, size],
      }),
      title: words,
      keyboard: true,
    });
    marker.on('click', () => hooks.open(bunch));
    marker.on('keypress', (event) => {
      if (event.originalEvent.key === 'Enter' || event.originalEvent.key === ' ') {
        event.originalEvent.preventDefault();
        hooks.open(bunch);
      }
    });
    group.addLayer(marker);
    marker.getElement()?.setAttribute('aria-label', words);
  }
}
