// SPDX-License-Identifier: Apache-2.0
// Short messages that pass by: what happened, and what happens next.
import { asApiError } from '@kit/api/error';
import { t } from '@kit/i18n/i18n';
import { ElMessage } from '../element';

let last: { close(): void } | undefined;

/* What was done last is what counts: it takes the place of the one before. */
export function sayDone(message: string): void {
  last?.close();
  last = ElMessage({ message, type: 'success', duration: 4000 });
}

export function sayFailed(cause: unknown): void {
  const error = asApiError(cause);
  const key = error.code === 'OFFLINE' ? 'offline' : 'unknown';
  const sentence = error.sentence || t(`kit.error.${key}`);
  const hint = error.hint || (error.sentence ? '' : t(`kit.error.${key}_hint`));
  ElMessage({
    message: [sentence, hint].filter(Boolean).join(t('common.stop')),
    type: 'error',
    duration: 8000,
    showClose: true,
    grouping: true,
  });
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); /* plain http inside an office has no clipboard interface */
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
