// SPDX-License-Identifier: Apache-2.0
// What a patrol found, being written: kept in this tab until the server has it.
import { watch } from 'vue';
import type { NewCase } from '@kit/api/types';
import { useKept } from '@kit/phone/kept';
import { usePhotos, type Photo, type Photos } from '@kit/phone/photos';
import { hasPlace, placeInputs, type PlaceChoice } from '@kit/phone/place';
import type { ClassChoice } from './classes';

export interface Draft {
  class?: ClassChoice;
  place: PlaceChoice;
  text: string;
  fixed: boolean /* put right at once, by me */;
  fixedText: string;
}
export type Missing = 'photo' | 'class' | 'place' | 'after' | 'fixedText';

function keptPhotos(key: string): { photos: Photos; drop(): void } {
  const kept = useKept<{ list: Photo[] }>(key, () => ({ list: [] }));
  const photos = usePhotos('POST /api/v1/uploads', kept.value.list);
  watch(photos.list, (list) => (kept.value.list = list.filter((photo) => photo.state === 'kept')));
  return { photos, drop: () => (photos.clear(), kept.drop()) };
}

export function useDraft(): { draft: Draft; before: Photos; after: Photos; found: boolean; drop(): void } {
  const empty = (): Draft => ({
    class: undefined,
    place: { address: '' },
    text: '',
    fixed: false,
    fixedText: '',
  });
  const words = useKept('linli.patrol', empty);
  const before = keptPhotos('linli.patrol.before');
  const after = keptPhotos('linli.patrol.after');
  return {
    draft: words.value,
    before: before.photos,
    after: after.photos,
    found: words.found,
    drop: () => [words, before, after].forEach((one) => one.drop()),
  };
}

/* What is still missing, in the order of the page. Putting right at once is proved by a photo before and one after. */
export function missingOf(draft: Draft, before: number, after: number): Missing[] {
  const missing: Missing[] = [];
  if (before === 0) {
    missing.push('photo');
  }
  if (!draft.class) {
    missing.push('class');
  }
  if (!hasPlace(draft.place)) {
    missing.push('place');
  }
  if (draft.fixed && after === 0) {
    missing.push('after');
  }
  if (draft.fixed && !draft.fixedText.trim()) {
    missing.push('fixedText');
  }
  return missing;
}

/* What was put right at once has its own words and photos. Without a sentence the class says what it is. */
export function caseOf(draft: Draft, before: readonly string[], after: readonly string[]): NewCase {
  return {
    procedure: 'city-matter',
    channel: 'patrol',
    class: draft.class?.code,
    ...placeInputs(draft.place),
    text: draft.text.trim() || draft.class?.name || '',
    photos: [...before],
    verified_on_spot: true,
    ...(draft.fixed
      ? { fixed_on_spot: true, fixed_text: draft.fixedText.trim(), fixed_photos: [...after] }
      : {}),
  };
}
