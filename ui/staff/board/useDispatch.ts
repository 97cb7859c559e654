// SPDX-License-Identifier: Apache-2.0
// What Enter will do with the case that is open: filing (where that is still to be done) and dispatching in one request.
import { computed, reactive, watch, type Ref } from 'vue';
import type { CaseFull, Id, Step } from '@kit/api/types';

export interface DispatchChoice {
  class: string;
  condition: number;
  unit: Id | undefined;
  assists: Id[];
  text: string;
  place?: Id /* where the report did not say */;
}

export function planSteps(item: CaseFull, choice: DispatchChoice): Step[] {
  const may = (step: string): boolean => item.allowed.some((one) => one.step === step);
  if (choice.unit === undefined || !(may('file') || may('dispatch'))) {
    return [];
  }
  const dispatch: Step = {
    step: 'dispatch',
    unit: choice.unit,
    ...(choice.assists.length > 0 ? { assists: choice.assists } : {}),
    ...(choice.text.trim() ? { text: choice.text.trim() } : {}),
  };
  if (!may('file')) {
    return [dispatch];
  }
  const file: Step = {
    step: 'file',
    class: choice.class,
    condition: choice.condition,
    ...(choice.place === undefined ? {} : { place: choice.place }),
  };
  return choice.class ? [file, dispatch] : [];
}

export function useDispatch(item: Ref<CaseFull | undefined>) {
  const choice = reactive<DispatchChoice>({
    class: '',
    condition: 1,
    unit: undefined,
    assists: [],
    text: '',
  });
  let of = '';
  watch(
    item,
    (now) => {
      const key = now ? `${now.id} ${now.last_event}` : '';
      if (!now || key === of) {
        return; /* read again without a change: what was chosen stays */
      }
      of = key;
      choice.class = now.class ?? '';
      choice.condition = now.suggestion?.condition ?? 1;
      choice.unit = now.suggestion?.unit?.id;
      choice.assists = now.suggestion?.assists.map((unit) => unit.id) ?? [];
      choice.text = '';
    },
    { immediate: true },
  );
  const steps = computed(() => (item.value ? planSteps(item.value, choice) : []));
  const filesToo = computed(() => item.value?.allowed.some((one) => one.step === 'file') ?? false);
  const mayDispatch = computed(
    () => item.value?.allowed.some((one) => one.step === 'file' || one.step === 'dispatch') ?? false,
  );
  return { choice, steps, filesToo, mayDispatch };
}
