// SPDX-License-Identifier: Apache-2.0
import { useRouter } from 'vue-router';

const STEP: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/* Arrows, j and k go from row to row: each row has one link marked data-row. A click anywhere in a row opens it, unless
   a text was being selected or something in the row was meant. */
export function useRowKeys() {
  const router = useRouter();
  function onKey(event: KeyboardEvent): void {
    const by = STEP[event.key];
    const body = event.currentTarget as HTMLElement;
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const rows = Array.from(body.querySelectorAll<HTMLElement>('[data-row]'));
    const next = rows[rows.indexOf(document.activeElement as HTMLElement) + by];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
  function openRow(id: number, event: MouseEvent): void {
    const inner = (event.target as HTMLElement).closest('a, button, input');
    if (!inner && !getSelection()?.toString()) {
      void router.push({ name: 'case', params: { id } });
    }
  }
  return { onKey, openRow };
}
