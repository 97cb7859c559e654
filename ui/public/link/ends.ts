// SPDX-License-Identifier: Apache-2.0
// Why a link opens no task: mistyped or run out (404), or already done or withdrawn (410).
import { asApiError } from '@kit/api/error';

export type End = 'gone' | 'used';

export function endOf(cause: unknown): End | undefined {
  const { status } = asApiError(cause);
  return status === 404 ? 'gone' : status === 410 ? 'used' : undefined;
}
