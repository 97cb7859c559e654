// SPDX-License-Identifier: Apache-2.0
// The city's orders: read in the browser, checked by the server, put right where it asks, taken in, dispatched.
import { computed, reactive, ref } from 'vue';
import { call, newKey } from '@kit/api/client';
import type { OrderRow, OrdersAnswer, Step } from '@kit/api/types';
import { planSteps } from '../board/useDispatch';
import { useReread } from '../data/cases';
import { MOST_ROWS, readSheet, withFixes, type Fix, type ReadSheet } from './sheet';

export type OrdersStage = 'empty' | 'reading' | 'checked' | 'importing' | 'dispatching' | 'done';
export type ReadFault = 'not_xlsx' | 'no_header' | 'too_long';

export function useOrders() {
  const reread = useReread();
  const stage = ref<OrdersStage>('empty');
  const fileName = ref('');
  const fault = ref<ReadFault>();
  const error = ref<unknown>();
  const sheet = ref<ReadSheet>();
  const answer = ref<OrdersAnswer>();
  const fixes = reactive(new Map<number, Fix>());
  const dispatched = ref(0);
  const failed = reactive(new Map<number, unknown>()); /* by row */
  let key = newKey();

  const rows = computed<OrderRow[]>(() => answer.value?.rows ?? []);
  const counts = computed(() => answer.value?.counts ?? { new: 0, twin: 0, ask: 0, error: 0 });

  async function read(file: File): Promise<void> {
    stage.value = 'reading';
    fault.value = error.value = sheet.value = answer.value = undefined;
    fixes.clear();
    failed.clear();
    dispatched.value = 0;
    fileName.value = file.name;
    key = newKey();
    try {
      const { readGrid } = await import('./readXlsx');
      const grid = readSheet(await readGrid(file));
      fault.value = !grid ? 'no_header' : grid.rows.length > MOST_ROWS ? 'too_long' : undefined;
      sheet.value = fault.value ? undefined : grid;
    } catch {
      fault.value = 'not_xlsx';
    }
    stage.value = sheet.value ? 'reading' : 'empty';
    if (sheet.value) {
      await check();
    }
  }

  async function check(): Promise<void> {
    if (!sheet.value) {
      return;
    }
    error.value = undefined;
    try {
      answer.value = await call('POST /api/v1/orders/check', { body: withFixes(sheet.value, fixes) });
      stage.value = 'checked';
    } catch (cause) {
      error.value = cause;
      stage.value = answer.value ? 'checked' : 'empty';
    }
  }

  async function fix(index: number, change: Fix): Promise<void> {
    fixes.set(index, { ...fixes.get(index), ...change });
    await check();
  }

  /* Filing and dispatching one order that was just taken in, by the server's own proposal. */
  async function dispatchRow(row: OrderRow): Promise<void> {
    const item = await call('GET /api/v1/cases/{id}', { path: { id: row.id! } });
    const steps: Step[] = planSteps(item, {
      class: row.class ?? item.class,
      condition: 1,
      unit: row.unit ?? item.suggestion?.unit.id,
      assists: item.suggestion?.assists.map((unit) => unit.id) ?? [],
      text: '',
    });
    if (steps.length > 0) {
      await call('POST /api/v1/cases/{id}/steps', {
        path: { id: item.id },
        body: { seen: item.last_event, steps },
      });
    }
  }

  async function takeIn(): Promise<void> {
    if (!sheet.value || stage.value !== 'checked') {
      return;
    }
    stage.value = 'importing';
    error.value = undefined;
    try {
      answer.value = await call('POST /api/v1/orders/import', { body: withFixes(sheet.value, fixes), key });
    } catch (cause) {
      error.value = cause;
      stage.value = 'checked';
      return;
    }
    stage.value = 'dispatching';
    for (const row of rows.value.filter((one) => one.id !== undefined && one.status === 'new' && one.unit)) {
      try {
        await dispatchRow(row);
        dispatched.value += 1;
      } catch (cause) {
        failed.set(row.row, cause);
      }
    }
    stage.value = 'done';
    await reread();
  }

  return {
    stage,
    fileName,
    fault,
    error,
    sheet,
    rows,
    counts,
    fixes,
    dispatched,
    failed,
    read,
    check,
    fix,
    takeIn,
  };
}
