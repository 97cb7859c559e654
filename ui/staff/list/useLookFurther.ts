// SPDX-License-Identifier: Apache-2.0
// A search looks back, or up from the oldest, so far and says how far; who asks for more gets the next case that it finds,
// or learns that a good deal further there is none.
import { ref, type Ref } from 'vue';
import type { useCaseList } from '../data/cases';

const PAGES = 10; /* that one click looks through, each some fifty milliseconds of the server */

type List = ReturnType<typeof useCaseList>;

export function useLookFurther({ query, items, lookedBackTo }: List, asked: Ref<string>) {
  const looking = ref(false);
  async function lookFurther(): Promise<void> {
    const [question, found] = [asked.value, items.value.length];
    const goesOn = () => asked.value === question && items.value.length === found && lookedBackTo.value;
    looking.value = true;
    for (let i = 0; i < PAGES && goesOn() && (i === 0 || !query.isError.value); i++) {
      await query.fetchNextPage();
    }
    looking.value = false;
  }
  return { looking, lookFurther };
}
