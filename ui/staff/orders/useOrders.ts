// SPDX-License-Identifier: Apache-2.0
// The city's orders: read in the browser, checked by the server, put right where it asks, taken in, dispatched.
import { computed, reactive, ref } from 'vue';
import { call, newKey } from '@kit/api/client';
import type { OrderRow, OrdersAnswer } from '@kit/api/types';
import { planSteps } from '../board/useDispatch';
import { useReread } from '../data/cases';
import { chosenOf, countRows, stateOfRow, type Fix } from './rows';
import { MOST_ROWS, readSheet, type ReadSheet } from './sheet';

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
  const fixes = reactive(new Map<number, Fix>()); /* by row */
  const dispatched = ref(0);
  const failed = reactive(new Map<number, unknown>()); /* by row */
  let key = newKey();

  const rows = computed<OrderRow[]>(() => answer.value?.rows ?? []);
  const counts = computed(() => countRows(rows.value, fixes));

  function forget(): void {
    fault.value = error.value = sheet.value = answer.value = undefined;
    fixes.clear();
    failed.clear();
    dispatched.value = 0;
    key = newKey();
  }

  async function read(file: File): Promise<void> {
    forget();
    stage.value = 'reading';
    fileName.value = file.name;
    try {
      const { readGrid } = await import('./readXlsx');
      const grid = readSheet(await readGrid(file));
      fault.value = !grid ? 'no_header' : grid.rows.length > MOST_ROWS ? 'too_long' : undefined;
      sheet.value = fault.value ? undefined : grid;
    } catch {
      fault.value = 'not_xlsx';
    }
    if (sheet.value) {
      await check();
    } else {
      stage.value = 'empty';
    }
  }

  function body() {
    return { columns: sheet.value?.columns ?? [], rows: sheet.value?.rows ?? [] };
  }

  async function check(): Promise<void> {
    error.value = undefined;
    stage.value = 'reading';
    try {
      answer.value = await call('POST /api/v1/orders/check', { body: body() });
      stage.value = 'checked';
    } catch (cause) {
      error.value = cause;
      stage.value = 'empty';
    }
  }

  function fix(row: number, change: Fix): void {
    fixes.set(row, { ...fixes.get(row), ...change });
  }

  /* Filing and dispatching one order that was just taken in. */
  async function dispatchRow(row: OrderRow): Promise<void> {
    const item = await call('GET /api/v1/cases/{id}', { path: { id: row.id! } });
    const chosen = chosenOf(row, fixes.get(row.row));
    const own = chosen.class === item.class && chosen.unit === item.suggestion?.unit?.id;
    const steps = planSteps(item, {
      class: chosen.class ?? item.class ?? '',
      condition: (own ? item.suggestion?.condition : undefined) ?? 1,
      unit: chosen.unit,
      assists: own ? (item.suggestion?.assists.map((unit) => unit.id) ?? []) : [],
      text: '',
      place: row.place ? undefined : chosen.place,
    });
    if (steps.length > 0) {
      const order = { seen: item.last_event, steps };
      await call('POST /api/v1/cases/{id}/steps', { path: { id: item.id }, body: order });
    }
  }

  async function dispatchAll(): Promise<void> {
    stage.value = 'dispatching';
    for (const row of rows.value) {
      if (row.id === undefined || stateOfRow(row, fixes.get(row.row)) !== 'new') {
        continue;
      }
      try {
        await dispatchRow(row);
        dispatched.value += 1;
      } catch (cause) {
        failed.set(row.row, cause);
      }
    }
  }

  async function takeIn(): Promise<void> {
    if (!sheet.value || stage.value !== 'checked') {
      return;
    }
    stage.value = 'importing';
    error.value = undefined;
    try {
      answer.value = await call('POST /api/v1/orders/import', { body: body(), key });
    } catch (cause) {
      error.value = cause;
      stage.value = 'checked';
      return;
    }
    await dispatchAll();
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
