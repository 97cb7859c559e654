// SPDX-License-Identifier: Apache-2.0
// Cases that are one problem: those merged into a case, and those that may be the same.
import type { Case, Grade, Id, Moment } from './types';

/* Part of this case: its words stand on its own page. */
export interface MergedCase {
  id: Id;
  number: string;
  title?: string /* for whom may see the case itself */;
  channel_name: string;
  reported_at: Moment;
  voices: number;
  due_at?: Moment /* promised to whoever raised it */;
  late: boolean;
  external_number?: string;
  external_due_at?: Moment;
  filled_above?: boolean;
  rating?: Grade;
  solved?: boolean;
}
/* An open case that may be the same, and why. */
export interface Twin {
  item: Case;
  reasons: string[];
}
export interface Twins {
  items: Twin[];
  as_of: Moment;
}
/* What is about to be reported. */
export interface Likeness {
  class?: string;
  place?: Id;
  text?: string;
}
