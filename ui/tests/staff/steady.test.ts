// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { computed, effectScope, nextTick, ref } from 'vue';
import { steadyMerge, useSteady } from '../../staff/live/steady';

interface Row {
  id: number;
  state: string;
}
const row = (id: number, state = 'to_dispatch'): Row => ({ id, state });

describe('a list under the pointer', () => {
  it('keeps its order, dims what left, counts what came, and shows new content', () => {
    const merged = steadyMerge([row(1), row(2), row(3)], [row(9), row(3, 'to_sign'), row(1)]);
    expect(merged.items).toEqual([row(1), row(2), row(3, 'to_sign')]);
    expect([...merged.gone]).toEqual([2]);
    expect(merged.added).toBe(1);
  });

  const open = (first: Row[]) => {
    const fresh = ref(first);
    const held = ref(true);
    const key = ref('a');
    const scope = effectScope();
    const list = scope.run(() =>
      useSteady(
        computed(() => fresh.value),
        held,
        () => key.value,
      ),
    )!;
    const ids = (): number[] => list.steady.value.items.map((item) => item.id);
    return { fresh, held, key, ids, settle: list.settle };
  };

  it('settles when the pointer leaves', async () => {
    const { fresh, held, ids } = open([row(1), row(2)]);
    fresh.value = [row(2), row(1)];
    await nextTick();
    expect(ids()).toEqual([1, 2]);
    held.value = false;
    await nextTick();
    expect(ids()).toEqual([2, 1]);
  });

  it('shows the next page and another filter at once, although the pointer rests on it', async () => {
    const { fresh, key, ids } = open([row(1)]);
    fresh.value = [row(1), row(2)];
    await nextTick();
    expect(ids()).toEqual([1, 2]);
    key.value = 'b';
    fresh.value = [row(7)];
    await nextTick();
    expect(ids()).toEqual([7]);
  });

  it('settles on demand', async () => {
    const { fresh, ids, settle } = open([row(1), row(2)]);
    fresh.value = [row(3)];
    await nextTick();
    settle();
    expect(ids()).toEqual([3]);
  });
});
