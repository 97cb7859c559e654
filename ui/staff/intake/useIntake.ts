// SPDX-License-Identifier: Apache-2.0
// Taking a matter in at the window or on the telephone.
import { useMutation, useQuery } from '@tanstack/vue-query';
import { computed, reactive, ref, watch, type Ref } from 'vue';
import { call, newKey } from '@kit/api/client';
import type { Channel, Id, Moment, NewCase } from '@kit/api/types';
import { useReread } from '../data/cases';
import { useCatalogue } from '../data/lists';

export interface IntakeForm {
  channel: Channel;
  text: string;
  class: string;
  place: Id | undefined;
  address: string;
  name: string;
  telephone: string;
  confidential: boolean;
  verified_on_spot: boolean;
  fixed_on_spot: boolean;
  fixed_text: string;
  fixed_photos: string[];
  photos: string[];
  photos_working: boolean /* some are still on their way */;
  occurred_at: Moment | '' /* written down afterwards; '' = now */;
  external_number: string;
  external_due_at: Moment | '' /* when they want it done */;
}
const PAUSE_MS = 400; /* asks for proposals when the typing pauses */
const PROPOSALS = 4;

export function emptyForm(channel: Channel = 'window'): IntakeForm {
  return {
    channel,
    text: '',
    class: '',
    place: undefined,
    address: '',
    name: '',
    telephone: '',
    confidential: false,
    verified_on_spot: false,
    fixed_on_spot: false,
    fixed_text: '',
    fixed_photos: [],
    photos: [],
    photos_working: false,
    occurred_at: '',
    external_number: '',
    external_due_at: '',
  };
}

export function toNewCase(form: IntakeForm, procedure: NewCase['procedure']): NewCase {
  const contact = {
    ...(form.name.trim() ? { name: form.name.trim() } : {}),
    ...(form.telephone.trim() ? { telephone: form.telephone.trim() } : {}),
  };
  return {
    procedure,
    channel: form.channel,
    text: form.text.trim(),
    photos: form.photos,
    ...(form.class ? { class: form.class } : {}),
    ...(form.place === undefined ? {} : { place: form.place }),
    ...(form.address.trim() ? { address: form.address.trim() } : {}),
    ...(Object.keys(contact).length > 0 ? { contact } : {}),
    ...(form.confidential ? { confidential: true } : {}),
    ...(form.verified_on_spot ? { verified_on_spot: true } : {}),
    ...(form.fixed_on_spot
      ? { fixed_on_spot: true, fixed_text: form.fixed_text.trim(), fixed_photos: form.fixed_photos }
      : {}),
    ...(form.occurred_at ? { occurred_at: form.occurred_at } : {}),
    ...(form.external_number.trim() ? { external_number: form.external_number.trim() } : {}),
    ...(form.channel === 'hotline' && form.external_due_at ? { external_due_at: form.external_due_at } : {}),
  };
}

/* What was typed, as soon as the typing pauses. */
function useWords(form: IntakeForm) {
  const words = ref('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => form.text,
    (text) => {
      clearTimeout(timer);
      timer = setTimeout(() => (words.value = text.trim()), PAUSE_MS);
    },
  );
  return words;
}

function useProposals(words: Ref<string>) {
  const query = useQuery({
    queryKey: ['proposals', words],
    queryFn: ({ signal }) =>
      call('GET /api/v1/public/classes', { query: { words: words.value.slice(0, 200) }, signal }),
    enabled: () => words.value.length > 1,
    staleTime: 60_000,
  });
  return computed(() =>
    words.value.length > 1 ? (query.data.value?.classes ?? []).slice(0, PROPOSALS) : [],
  );
}

export function useIntake() {
  const form = reactive<IntakeForm>(emptyForm());
  const { classOf, procedureFor } = useCatalogue();
  const reread = useReread();
  const key = ref(newKey());
  const words = useWords(form);
  const proposals = useProposals(words);

  const chosenClass = computed(() => classOf(form.class));
  const procedure = computed<NewCase['procedure']>(() =>
    form.channel === 'hotline' ? 'order' : (procedureFor(form.class)?.procedure ?? 'request'),
  );
  /* Open cases that may be the same thing, with their reasons. */
  const likeness = computed(() => ({
    ...(form.class ? { class: form.class } : {}),
    ...(form.place === undefined ? {} : { place: form.place }),
    text: words.value,
  }));
  const mayBeKnown = computed(
    () => form.place !== undefined && (form.class !== '' || words.value.length > 1),
  );
  const similar = useQuery({
    queryKey: ['twins', likeness],
    queryFn: ({ signal }) => call('POST /api/v1/cases/like', { body: likeness.value, signal }),
    enabled: mayBeKnown,
    staleTime: 10_000,
  });
  const missing = computed(() => [
    ...(form.text.trim() ? [] : ['text']),
    ...(form.place === undefined && !form.address.trim() ? ['place'] : []),
    ...(form.fixed_on_spot && !form.class ? ['class'] : []),
    ...(form.fixed_on_spot && !form.fixed_text.trim() ? ['fixed_text'] : []),
    ...(form.channel === 'hotline' && !form.external_number.trim() ? ['external_number'] : []),
    ...(form.photos_working ? ['photos_working'] : []),
  ]);
  const saving = useMutation({
    mutationFn: () => call('POST /api/v1/cases', { body: toNewCase(form, procedure.value), key: key.value }),
    onSuccess: (answer) => void reread(answer.id),
  });
  function again(): void {
    saving.reset();
    Object.assign(form, emptyForm(form.channel));
    key.value = newKey();
  }
  return { form, proposals, chosenClass, procedure, similar, mayBeKnown, missing, saving, again };
}
