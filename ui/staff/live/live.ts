// SPDX-License-Identifier: Apache-2.0
// One stream per browser says only "case N changed". Pages read again what they show.
import { onScopeDispose, ref } from 'vue';
import { useReread } from '../data/cases';

export type LiveState = 'connecting' | 'on' | 'off';
export const liveState = ref<LiveState>('connecting');
const GATHER_MS = 700; /* changes of a moment are read together */

export function useLive(): void {
  const reread = useReread('anybody');
  const changed = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stream = new EventSource('/live');

  function gather(event: MessageEvent<string>): void {
    const { id } = JSON.parse(event.data) as { id: number };
    changed.add(id);
    timer ??= setTimeout(() => {
      timer = undefined;
      const ids = [...changed];
      changed.clear();
      ids.forEach((one) => void reread(one));
    }, GATHER_MS);
  }

  stream.onopen = () => {
    if (liveState.value === 'off') {
      void reread(); /* what happened meanwhile was not told */
    }
    liveState.value = 'on';
  };
  stream.onerror = () => (liveState.value = 'off');
  stream.addEventListener('case', gather);
  onScopeDispose(() => {
    stream.close();
    clearTimeout(timer);
    liveState.value = 'connecting';
  });
}
