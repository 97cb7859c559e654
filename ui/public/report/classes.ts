// SPDX-License-Identifier: Apache-2.0
// Which class the words sound like: asked once the resident pauses, and only while nothing better is known.
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { call } from '@kit/api/client';
import type { PublicClass } from '@kit/api/types';
import type { Draft } from './draft';

const PAUSE_MS = 500;
const SHOWN = 3;
const FEWEST_LETTERS = 2;

export function useProposals(draft: Draft): ShallowRef<PublicClass[]> {
  const proposals = shallowRef<PublicClass[]>([]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | undefined;

  async function ask(words: string): Promise<void> {
    asked?.abort();
    asked = new AbortController();
    try {
      const { classes } = await call('GET /api/v1/public/classes', {
        query: { words },
        signal: asked.signal,
      });
      proposals.value = classes.slice(0, SHOWN);
    } catch {
      return; /* no proposal: the staff decide, as they do without words */
    }
    if (!draft.chosen) {
      draft.class = proposals.value[0]?.code ?? '';
      draft.class_name = proposals.value[0]?.name ?? '';
    }
  }
  watch(
    () => draft.text.trim(),
    (words) => {
      clearTimeout(timer);
      if (words.length >= FEWEST_LETTERS) {
        timer = setTimeout(() => void ask(words), PAUSE_MS);
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    asked?.abort();
  });
  return proposals;
}
