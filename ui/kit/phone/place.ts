// SPDX-License-Identifier: Apache-2.0
// Where something is: a place of the list, a point, an address; any one of them is enough.
import type { Id, PublicPlace } from '../api/types';

export interface PlaceChoice {
  place?: { id: Id; name: string };
  lat?: number;
  lon?: number;
  accuracy_m?: number /* of the phone's own location; missing when the point was set on the map */;
  inside?: boolean /* is the point on the drawn map */;
  address: string;
}

export const COARSE_M = 50; /* a location less exact than this should be looked at on the map */

export function hasPlace(choice: PlaceChoice): boolean {
  return choice.place !== undefined || choice.lat !== undefined || choice.address.trim() !== '';
}

export interface NamedPlace extends PublicPlace {
  parentName: string;
}

/* Estates and communities whose own or community's name has the words in it; names that begin with them come first,
   and of those the estates, which people know better. */
export function findPlaces(places: readonly PublicPlace[], words: string): NamedPlace[] {
  const wanted = words.trim().toLowerCase();
  const names = new Map(places.map((place) => [place.id, place.name]));
  const found = places
    .map((place) => ({ ...place, parentName: (place.parent && names.get(place.parent)) || '' }))
    .filter(
      (place) => place.name.toLowerCase().includes(wanted) || place.parentName.toLowerCase().includes(wanted),
    );
  const rank = (place: NamedPlace): number => {
    const at = place.name.toLowerCase().indexOf(wanted);
    return at < 0 ? 1000 : at;
  };
  const isWide = (place: NamedPlace): number => (place.parent === null ? 1 : 0);
  return found.sort((a, b) => rank(a) - rank(b) || isWide(a) - isWide(b));
}

/* What of the choice is sent. */
export function placeInputs(choice: PlaceChoice): {
  place?: Id;
  lat?: number;
  lon?: number;
  address?: string;
} {
  return {
    place: choice.place?.id,
    lat: choice.lat,
    lon: choice.lon,
    address: choice.address.trim() || undefined,
  };
}
