// SPDX-License-Identifier: Apache-2.0
// Two looks on the spot that ask one question each: is it there, before the case is filed; is it done, after handling.
import type { Step } from '@kit/api/types';
import { iconClose, iconUndo } from '@kit/icons/icons';

export type VerdictStep = 'verify' | 'check';
export interface Look {
  yes: boolean | undefined;
  text: string;
  photos: string[];
}

export const ICON_NO: Record<VerdictStep, string> = { verify: iconClose, check: iconUndo };

/* A no has to be shown or said: not found, by a photo or a sentence; not done, by what is lacking. */
export function lacksWords(step: VerdictStep, { yes, text, photos }: Look): boolean {
  const isShown = step === 'verify' && photos.length > 0;
  return yes === false && !text.trim() && !isShown;
}

export function toVerdict(step: VerdictStep, { yes, text, photos }: Look): Step {
  const said = { text: text.trim() || undefined, photos };
  return step === 'verify' ? { step, found: yes === true, ...said } : { step, pass: yes === true, ...said };
}
