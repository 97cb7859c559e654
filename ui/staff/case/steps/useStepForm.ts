// SPDX-License-Identifier: Apache-2.0
import { computed, reactive, ref, watch, type Ref } from 'vue';
import { asApiError } from '@kit/api/error';
import type { CaseFull, Id, StepName, StepsAnswer } from '@kit/api/types';
import { toOfficeMoment } from '@kit/time/time';
import { useSteps } from '../../data/cases';
import { useSession } from '../../session/session';
import { missingOf, openDraft, toStep, type Draft, type DraftContext } from './draft';

export function useStepForm(
  item: () => CaseFull,
  step: Ref<StepName | undefined>,
  main: () => Id | undefined,
) {
  const session = useSession();
  const sending = useSteps();
  const draft = ref<Draft>();
  /* `seen` is what stood on the screen when the form was opened, not what arrived behind it. */
  const seen = ref(0);

  const context = computed<DraftContext>(() => ({
    item: item(),
    main: main(),
    replyLimit: item().reply_limit,
    ownUnit: session.current?.account.unit?.id ?? 0,
    now: toOfficeMoment(new Date()),
  }));
  watch(
    step,
    (now) => {
      sending.reset();
      seen.value = item().last_event;
      draft.value = now ? reactive(openDraft(now, context.value)) : undefined;
    },
    { immediate: true },
  );
  const missing = computed(() => (draft.value ? missingOf(draft.value, context.value) : []));
  const wrongField = computed(() =>
    sending.error.value ? asApiError(sending.error.value).field : undefined,
  );

  async function send(): Promise<StepsAnswer | undefined> {
    if (!draft.value || missing.value.length > 0 || sending.isPending.value) {
      return undefined;
    }
    try {
      return await sending.mutateAsync({ id: item().id, seen: seen.value, steps: [toStep(draft.value)] });
    } catch (cause) {
      if (asApiError(cause).status === 409) {
        seen.value = item().last_event; /* the case was read again; a second press means: yes, still */
      }
      return undefined; /* the dialog shows it and keeps what was entered */
    }
  }
  return { draft, context, missing, wrongField, sending, send };
}
