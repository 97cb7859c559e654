// SPDX-License-Identifier: Apache-2.0
import type { StepName } from '@kit/api/types';
import { hasWords, type t as words } from '@kit/i18n/i18n';

/* What a field is called: the free text has a name of its own for most steps. */
export function fieldWords(t: typeof words, name: string, step: StepName): string {
  const own = `field.text_of.${step}`;
  return name === 'text' && hasWords(own) ? t(own) : t(`field.${name}`);
}
