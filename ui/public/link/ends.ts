// SPDX-License-Identifier: Apache-2.0
// Why a link opens no task any more, as far as the answer tells.
import { asApiError } from '@kit/api/error';

export type End = 'gone' | 'expired' | 'used';

export function endOf(cause: unknown): End | undefined {
  const error = asApiError(cause);
  if (error.status === 404) {
    return 'gone';
  }
  if (error.status !== 410) {
    return undefined;
  }
  return error.code.includes('EXPIRED') ? 'expired' : 'used';
}
