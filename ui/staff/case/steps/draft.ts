// SPDX-License-Identifier: Apache-2.0
// A step while it is being filled in: which fields each step asks for, what is still missing, and the step to send.
import { needsPhoto } from '@kit/api/needs';
import type { CaseFull, Grade, Id, Moment, Outcome, Same, Step, StepName } from '@kit/api/types';

export type FieldName =
  | 'found'
  | 'pass'
  | 'solved'
  | 'redo'
  | 'reached'
  | 'reason'
  | 'class'
  | 'unit'
  | 'office'
  | 'main'
  | 'same'
  | 'text'
  | 'answer'
  | 'outcome'
  | 'grade'
  | 'photos'
  | 'on_behalf'
  | 'occurred_at';

export interface Draft {
  step: StepName;
  found?: boolean;
  pass?: boolean;
  solved?: boolean;
  redo?: boolean;
  reached?: boolean;
  reason: string;
  text: string;
  answer: string;
  class: string;
  condition: number;
  unit?: Id;
  office?: string /* code of the one that goes on */;
  main?: Id /* the case that this one becomes part of */;
  same: Same;
  assists: Id[];
  outcome?: Outcome;
  grade?: Grade;
  photos: string[];
  photos_working: boolean /* some are still on their way */;
  occurred_at: Moment | '' /* written down afterwards; '' = now */;
  on_behalf: boolean;
  person: string;
  called_at: Moment;
}

const FIELDS: Partial<Record<StepName, FieldName[]>> = {
  verify: ['found', 'text', 'photos'],
  decline: ['reason', 'text'],
  file: ['class', 'text'],
  dispatch: ['unit', 'text'],
  bounce: ['reason'],
  hand_over: ['office', 'text'],
  merge: ['main', 'same', 'text'],
  unmerge: ['reason'],
  sign_for: ['on_behalf'],
  handle: ['text', 'outcome', 'photos', 'on_behalf'],
  check: ['pass', 'text', 'photos'],
  close: ['answer', 'outcome'],
  rate: ['solved', 'grade', 'text'],
  follow_up: ['redo', 'text'],
  first_contact: ['reached', 'text'],
  note: ['text', 'photos'],
};

export function fieldsOf(step: StepName): FieldName[] {
  return [...(FIELDS[step] ?? []), 'occurred_at'];
}

export interface DraftContext {
  item: CaseFull;
  replyLimit: number /* characters; 0 = none */;
  main?: Id /* chosen already: the case to merge with */;
  ownUnit: Id /* of who fills in: another unit's work is filled in on its behalf */;
  now: Moment;
}

export function openDraft(step: StepName, { item, main, ownUnit, now }: DraftContext): Draft {
  const lead = item.tasks.filter((task) => task.kind === 'lead' || task.kind === 'handle').pop();
  const forOthers = step === 'sign_for' || step === 'handle';
  return {
    step,
    reason: '',
    text: '',
    answer: item.reply_draft ?? '',
    class: item.class ?? '',
    condition: item.condition_row ?? item.suggestion?.condition ?? 1,
    unit: item.suggestion?.unit?.id,
    main,
    same: 'problem',
    assists: item.suggestion?.assists.map((unit) => unit.id) ?? [],
    outcome: step === 'close' ? item.outcome : undefined,
    photos: [],
    photos_working: false,
    occurred_at: '',
    on_behalf: forOthers && lead !== undefined && lead.unit?.id !== ownUnit,
    person: '',
    called_at: now,
  };
}

type Missing = FieldName | 'person' | 'length' | 'photos_working';
const ASKED: Partial<Record<StepName, (d: Draft, c: DraftContext) => (Missing | false)[]>> = {
  verify: (d) => [d.found === undefined && 'found'],
  decline: (d) => [!d.reason.trim() && 'reason'],
  file: (d) => [!d.class && 'class'],
  dispatch: (d) => [d.unit === undefined && 'unit'],
  bounce: (d) => [!d.reason.trim() && 'reason'],
  hand_over: (d) => [!d.office && 'office', !d.text.trim() && 'text'],
  merge: (d) => [!d.main && 'main'],
  unmerge: (d) => [!d.reason.trim() && 'reason'],
  handle: (d, c) => [
    !d.text.trim() && 'text',
    !d.outcome && 'outcome',
    needsPhoto(c.item, 'handle', d.outcome) && d.photos.length === 0 && 'photos',
  ],
  check: (d, c) => [
    d.pass === undefined && 'pass',
    d.pass === false && !d.text.trim() && 'text',
    d.pass === true && needsPhoto(c.item, 'check') && d.photos.length === 0 && 'photos',
  ],
  close: (d, c) => [
    !d.answer.trim() && 'answer',
    c.replyLimit > 0 && [...d.answer].length > c.replyLimit && 'length',
    !d.outcome && 'outcome',
  ],
  rate: (d) => [d.solved === undefined && 'solved', !d.grade && 'grade'],
  follow_up: (d) => [d.redo === undefined && 'redo', !d.text.trim() && 'text'],
  first_contact: (d) => [d.reached === undefined && 'reached'],
  note: (d) => [!d.text.trim() && 'text'],
};

/* Names of what is still missing; empty when the step can be sent. */
export function missingOf(draft: Draft, context: DraftContext): string[] {
  const own = ASKED[draft.step]?.(draft, context) ?? [];
  const behalf = draft.on_behalf && !draft.person.trim() && 'person';
  const photos = draft.photos_working && 'photos_working';
  return [...own, behalf, photos].filter((name): name is FieldName => name !== false);
}

export function toStep(draft: Draft): Step {
  const step = stepOf(draft);
  return draft.occurred_at ? { ...step, occurred_at: draft.occurred_at } : step;
}

function stepOf(draft: Draft): Step {
  const text = draft.text.trim() ? { text: draft.text.trim() } : {};
  const photos = draft.photos.length > 0 ? { photos: draft.photos } : {};
  const behalf = draft.on_behalf
    ? { on_behalf: { person: draft.person.trim(), called_at: draft.called_at } }
    : {};
  switch (draft.step) {
    case 'verify':
      return { step: 'verify', found: draft.found!, ...text, ...photos };
    case 'decline':
      return { step: 'decline', reason: draft.reason.trim(), ...text };
    case 'file':
      return { step: 'file', class: draft.class, condition: draft.condition, ...text };
    case 'dispatch':
      return { step: 'dispatch', unit: draft.unit!, assists: draft.assists, ...text };
    case 'bounce':
      return { step: 'bounce', reason: draft.reason.trim() };
    case 'hand_over':
      return { step: 'hand_over', office: draft.office!, text: draft.text.trim() };
    case 'merge':
      return { step: 'merge', main: draft.main!, same: draft.same, ...text };
    case 'unmerge':
      return { step: 'unmerge', reason: draft.reason.trim() };
    case 'sign_for':
      return { step: 'sign_for', ...behalf };
    case 'handle':
      return { step: 'handle', text: draft.text.trim(), outcome: draft.outcome!, ...photos, ...behalf };
    case 'check':
      return { step: 'check', pass: draft.pass!, ...text, ...photos };
    case 'close':
      return { step: 'close', answer: draft.answer.trim(), outcome: draft.outcome! };
    case 'rate':
      return { step: 'rate', solved: draft.solved!, grade: draft.grade!, ...text };
    case 'follow_up':
      return { step: 'follow_up', redo: draft.redo!, text: draft.text.trim() };
    case 'first_contact':
      return { step: 'first_contact', reached: draft.reached!, ...text };
    default: /* an assisting unit has done its part */
      return { step: 'note', text: draft.text.trim(), public: false, done: true, ...photos };
  }
}
