// SPDX-License-Identifier: Apache-2.0
// What every single-page application owes its readers: a new page has a new title, starts at the top, and is heard.
import { nextTick } from 'vue';
import type { Router } from 'vue-router';

/* The first page keeps the focus where the browser put it. `titleOf` answers the document's title. */
export function announcePages(router: Router, titleOf: () => string): void {
  let first = true;
  router.afterEach(async (to, from) => {
    document.title = titleOf();
    if (first || to.path === from.path) {
      first = false;
      return;
    }
    await nextTick();
    document.getElementById('main')?.focus({ preventScroll: true });
  });
}

/* Where something is wrong, go to the first of it. */
export async function focusFirstWrong(): Promise<void> {
  await nextTick();
  const wrong =
    document.querySelector('[aria-invalid="true"]') ?? document.querySelector('.wrong, .notice.bad');
  if (wrong instanceof HTMLElement) {
    wrong.scrollIntoView({ block: 'center' });
    if (wrong.matches('input, textarea, select')) {
      wrong.focus({ preventScroll: true });
    }
  }
}
