// SPDX-License-Identifier: Apache-2.0
// A report being written. It lives in this tab only: phones throw a page away while the camera is open, and the words
// must be there when it comes back; on a shared phone they are gone when the tab is closed.
import { watch } from 'vue';
import type { PublicReport } from '@kit/api/types';
import { useKept } from '@kit/phone/kept';
import { usePhotos, type Photo, type Photos } from '@kit/phone/photos';
import { hasPlace, placeInputs, type PlaceChoice } from '@kit/phone/place';

export const TEXT_MAX = 4000;

export interface Draft {
  place: PlaceChoice;
  text: string;
  class: string /* '' = the staff decide */;
  class_name: string;
  chosen: boolean /* the resident chose the class; otherwise it is our guess */;
  name: string;
  telephone: string;
}
export interface OpenDraft {
  draft: Draft;
  photos: Photos;
  resumed: boolean /* something was written before */;
  drop(): void;
}

const empty = (): Draft => ({
  place: { address: '' },
  text: '',
  class: '',
  class_name: '',
  chosen: false,
  name: '',
  telephone: '',
});

export function useDraft(): OpenDraft {
  const words = useKept('linli.report', empty);
  const pictures = useKept<{ list: Photo[] }>('linli.report.photos', () => ({ list: [] }));
  const photos = usePhotos('POST /api/v1/public/uploads', pictures.value.list);
  watch(photos.list, (list) => (pictures.value.list = list.filter((photo) => photo.state === 'kept')));

  function drop(): void {
    photos.clear();
    pictures.drop();
    words.drop();
  }
  return { draft: words.value, photos, resumed: words.found || pictures.found, drop };
}

/* Mobile numbers of the mainland; a landline or a foreign number would be of no use for the last four digits. */
export function isTelephone(text: string): boolean {
  return /^1\d{10}$/.test(text.replace(/[\s-]/g, ''));
}

export function reportOf(draft: Draft, photos: readonly string[]): PublicReport {
  const name = draft.name.trim();
  const telephone = draft.telephone.replace(/[\s-]/g, '');
  return {
    class: draft.class || undefined,
    ...placeInputs(draft.place),
    text: draft.text.trim(),
    contact: name || telephone ? { name: name || undefined, telephone: telephone || undefined } : undefined,
    photos: [...photos],
  };
}

/* The first thing that is still missing or wrong, or undefined when all is there. */
export type Missing = 'place' | 'text' | 'telephone';
export function missingOf(draft: Draft): Missing | undefined {
  if (!hasPlace(draft.place)) {
    return 'place';
  }
  if (!draft.text.trim()) {
    return 'text';
  }
  return draft.telephone.trim() && !isTelephone(draft.telephone) ? 'telephone' : undefined;
}
