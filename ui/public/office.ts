// SPDX-License-Identifier: Apache-2.0
// The office whose pages these are, read once: its name, its duty telephone and when somebody answers it.
import { shallowRef } from 'vue';
import { call } from '@kit/api/client';
import type { Office } from '@kit/api/types';

export const office = shallowRef<Office>();

/* A page is useful without it, so a failure only leaves the name out; the next page tries again. */
export async function readOffice(): Promise<void> {
  if (!office.value) {
    office.value = await call('GET /api/v1/public/office').catch(() => undefined);
  }
}
