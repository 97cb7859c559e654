// SPDX-License-Identifier: Apache-2.0
import type { Draft, DraftContext, FieldName } from '../steps/draft';

/* What every field of a step is given. A field writes into the draft it was given; the dialog owns it. */
export interface FieldProps {
  name: FieldName;
  draft: Draft;
  context: DraftContext;
}
