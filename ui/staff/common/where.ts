// SPDX-License-Identifier: Apache-2.0
import type { Case } from '@kit/api/types';

type Placed = Pick<Case, 'place' | 'estate' | 'grid'>;

/* The nearest name that people use for the place: the estate, else the community. */
export function whereOf(item: Placed): string {
  return item.estate?.name ?? item.place?.name ?? '—';
}

/* From the estate up. */
export function whereFully(item: Placed): string {
  return [item.estate?.name, item.grid?.name, item.place?.name].filter(Boolean).join(' · ') || '—';
}
