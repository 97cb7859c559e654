// SPDX-License-Identifier: Apache-2.0
// Taking a step on a case: what was written is kept until the server has it; somebody else's step in between is told.
import { computed, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { call } from '@kit/api/client';
import type { ApiError } from '@kit/api/error';
import type { CaseFull, Step } from '@kit/api/types';
import { focusFirstWrong } from '@kit/phone/focus';
import { useKept } from '@kit/phone/kept';
import { useSend } from '@kit/phone/load';
import { usePhotos, type Photo, type Photos } from '@kit/phone/photos';

export interface StepForm<T extends object> {
  draft: T;
  photos: Photos;
  busy: Ref<boolean>;
  error: ShallowRef<ApiError | undefined>;
  isStale: ComputedRef<boolean>;
  /* True when the server took the step. */
  take(step: Step): Promise<boolean>;
}

export function useStep<T extends object>(item: () => CaseFull, name: string, empty: () => T): StepForm<T> {
  const key = `linli.task.${item().id}.${name}`;
  const words = useKept(key, empty);
  const pictures = useKept<{ list: Photo[] }>(`${key}.photos`, () => ({ list: [] }));
  const photos = usePhotos('POST /api/v1/uploads', pictures.value.list);
  watch(photos.list, (list) => (pictures.value.list = list.filter((photo) => photo.state === 'kept')));
  const { busy, error, send } = useSend();

  async function take(step: Step): Promise<boolean> {
    const body = { seen: item().last_event, steps: [step] };
    const path = { id: item().id };
    const ok = await send(body, (once) => call('POST /api/v1/cases/{id}/steps', { path, body, key: once }));
    if (ok) {
      words.drop();
      pictures.drop();
    } else {
      photos.drop(error.value);
      await focusFirstWrong();
    }
    return ok;
  }
  return {
    draft: words.value,
    photos,
    busy,
    error,
    isStale: computed(() => ['E_STALE', 'E_STEP'].includes(error.value?.code ?? '')),
    take,
  };
}
