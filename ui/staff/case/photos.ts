// SPDX-License-Identifier: Apache-2.0
import type { CaseFull, Id, TimelineEntry } from '@kit/api/types';

export function photosOf(item: CaseFull): { id: Id; entry: TimelineEntry }[] {
  return item.timeline.flatMap((entry) => entry.photos.map((id) => ({ id, entry })));
}
