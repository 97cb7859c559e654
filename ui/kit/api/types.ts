// SPDX-License-Identifier: Apache-2.0
// What the server answers and takes: the names are those of the definitions, the columns and the C code. Times are
// RFC 3339 with +08:00, coordinates WGS-84 degrees, ids whole numbers below 2^53.
import type { MergedCase } from './merges';
import type { LedgerEntry } from './public';

export type Id = number;
export type Moment = string;

export type CaseState =
  | 'reported'
  | 'verifying'
  | 'verified'
  | 'to_dispatch'
  | 'to_sign'
  | 'handling'
  | 'to_check'
  | 'to_close'
  | 'closed'
  | 'follow_up'
  | 'declined'
  | 'merged';
export type StepName =
  | 'report'
  | 'verify'
  | 'decline'
  | 'file'
  | 'dispatch'
  | 'bounce'
  | 'sign_for'
  | 'handle'
  | 'check'
  | 'close'
  | 'rate'
  | 'follow_up'
  | 'note'
  | 'first_contact'
  | 'hand_over'
  | 'merge'
  | 'unmerge'
  | 'tell_apart';
export type Same = 'problem' | 'person' | 'cause';
export type Outcome = 'solved' | 'on_spot' | 'explained' | 'handed_over' | 'refused';
export type Grade = 1 | 2 | 3 | 4 | 5;
export type Procedure = 'city-matter' | 'request' | 'order';
export type Channel =
  | 'window'
  | 'telephone'
  | 'web'
  | 'patrol'
  | 'community'
  | 'hotline'
  | 'police'
  | 'leader'
  | 'media'
  | 'open311'
  | 'import';
export type Role =
  | 'acceptor'
  | 'dispatcher'
  | 'shift_leader'
  | 'grid_worker'
  | 'handler'
  | 'leader'
  | 'auditor'
  | 'administrator';

export interface Named {
  id: Id;
  name: string;
}
export interface Coded {
  code: string;
  name: string;
}

/* --- session --- */
export interface Session {
  account: {
    id: Id;
    name: string;
    login: string;
    unit?: Named;
    roles: Role[];
    rights: string[];
    language: 'zh' | 'en';
    must_change_password: boolean;
  };
  csrf: string;
  office: Office;
  offices: Coded[] /* the others of the installation */;
}
export interface Office {
  code: string;
  name: string;
  short: string;
  telephone: string;
  hours?: string /* when somebody answers it, in words */;
}

/* --- catalogue, places, units --- */
export interface Condition {
  row: number;
  condition: string;
  limit: number;
  limit_unit: string;
  limit_text: string;
  closing: string;
}
export interface CaseClass {
  code: string;
  category: string;
  kind: string;
  name: string;
  verify: boolean;
  photo: boolean;
  conditions: Condition[];
}
export interface ProcedureDefinition {
  procedure: Procedure;
  name: string;
  channels: Channel[];
  kinds: string[];
  reply_limit: number;
  steps: {
    step: StepName;
    name: string;
    from: CaseState[];
    to?: CaseState | null;
    by: Role[];
    needs: string[];
  }[];
  states: { state: CaseState; name: string }[];
  public: boolean;
}
export interface Catalogue {
  version: number;
  procedures: ProcedureDefinition[];
  categories: { code: string; kind: string; name: string }[];
  classes: CaseClass[];
  channels: { code: Channel; name: string }[];
  outcomes: { code: Outcome; name: string }[];
  grades: { code: Grade; name: string }[];
}
export type PlaceLevel = 'district' | 'street' | 'community' | 'grid' | 'estate';
export interface Place {
  id: Id;
  code: string;
  parent?: Id | null;
  level: PlaceLevel;
  name: string;
  polygon?: [number, number][];
}
export interface Unit {
  id: Id;
  code: string;
  parent?: Id | null;
  name: string;
  kind: string;
  has_accounts: boolean;
  line?: string;
  area?: string;
  telephone?: string;
}

/* --- cases --- */
export interface Clock {
  kind: string;
  name: string;
  unit: string;
  due_at: Moment;
  limit_ms: number;
  left_ms: number;
  running: boolean;
  provisional: boolean;
}
export interface Case {
  id: Id;
  number: string;
  procedure: Procedure;
  procedure_name: string;
  state: CaseState;
  state_name: string;
  channel: Channel;
  channel_name: string;
  class?: string;
  class_name?: string;
  title: string;
  place?: Named;
  estate?: Named;
  grid?: Named;
  main?: Named /* the case that a merged one goes on with */;
  unit?: Named;
  reported_at: Moment;
  due_at?: Moment;
  clock?: Clock;
  late: boolean;
  returns: number;
  reworks: number;
  voices: number;
  photos: number;
  external_number?: string;
  external_due_at?: Moment;
  first_contact_due_at?: Moment;
  first_contact_at?: Moment;
  rating?: Grade;
  solved?: boolean;
  lat?: number;
  lon?: number;
  outside?: boolean /* the point lies outside this office */;
  filled_above?: boolean /* the reply was filled into the system above */;
  outcome?: Outcome;
  outcome_name?: string;
  closed_at?: Moment;
  leader_waiting: boolean;
  confidential: boolean;
  last_event: number;
}
export interface CaseClock {
  kind: string;
  name: string;
  running: boolean;
  unit: string;
  limit_text: string;
  started_at: Moment;
  due_at: Moment;
  stopped_at?: Moment;
  late: boolean;
  provisional: boolean;
  used_ms: number;
  left_ms: number;
  limit_ms: number;
}
export type TaskKind = 'lead' | 'assist' | 'verify' | 'check' | 'handle';
export interface Task {
  id: Id;
  kind: TaskKind;
  unit?: Named;
  grid?: Named;
  has_accounts?: boolean;
  telephone?: string;
  state: string;
  sent_at: Moment;
  due_at?: Moment;
  signed_at?: Moment;
  done_at?: Moment;
  on_behalf?: string /* with whom one spoke, and when, in words */;
  round: number;
}
export interface Voice {
  id: Id;
  channel: Channel;
  channel_name: string;
  external_number?: string;
  reported_at: Moment;
  address?: string;
  has_contact: boolean;
  may_reveal: boolean;
  erased: boolean /* what was said and who it was is deleted */;
  name_masked?: string;
  telephone_masked?: string;
  text: string;
  rating?: Grade;
  solved?: boolean;
}
export type EraseReason = 'request' | 'expired' | 'withdrawn' | 'unlawful';
export interface TimelineEntry {
  event: number;
  at: Moment;
  accepted_at: Moment;
  code: string;
  title: string;
  line: string /* what was decided, in words */;
  text: string /* what was said */;
  public: boolean;
  actor: string;
  unit?: string;
  on_behalf?: string;
  photos: Id[];
}
export interface Suggestion {
  unit?: Named;
  assists: Named[];
  reason?: string;
  condition?: number;
  limit_text?: string;
  due_at?: Moment;
  provisional: boolean;
}
export interface PublicStep {
  at: Moment;
  code?: StepName;
  title: string;
  words?: string;
  by?: string;
}
/* A list row counts the voices; the full case carries them. */
export interface CaseFull extends Omit<Case, 'voices'> {
  text: string;
  condition?: string;
  condition_row?: number;
  closing?: string;
  limit_text?: string;
  provisional: boolean;
  clocks: CaseClock[];
  tasks: Task[];
  voices: Voice[];
  merged: MergedCase[] /* that go on as part of this one */;
  timeline: TimelineEntry[];
  public_steps: PublicStep[] /* what the reporter reads */;
  allowed: { step: StepName; name: string; needs: string[] }[];
  suggestion?: Suggestion;
  reply_text?: string /* the answer that was given */;
  reply_draft?: string /* what may be proposed once it is handled */;
  reply_limit: number /* characters that the system above takes; 0 = none */;
  as_of: Moment;
  entry?: LedgerEntry /* that brought it */;
}

/* --- commands --- */
export interface NewCase {
  procedure: Procedure;
  channel: Channel;
  class?: string;
  place?: Id;
  lat?: number;
  lon?: number;
  address?: string;
  text: string;
  contact?: { name?: string; telephone?: string };
  confidential?: boolean;
  photos: string[];
  occurred_at?: Moment;
  external_number?: string;
  external_due_at?: Moment;
  verified_on_spot?: boolean;
  fixed_on_spot?: boolean /* then what was done, and how it looks now */;
  fixed_text?: string;
  fixed_photos?: string[];
}
export interface OnBehalf {
  person: string;
  called_at: Moment;
}
export type Step = { occurred_at?: Moment } & (
  | { step: 'verify'; found: boolean; text?: string; photos?: string[] }
  | { step: 'decline'; reason: string; text?: string }
  | { step: 'file'; class: string; condition?: number; place?: Id; text?: string }
  | { step: 'dispatch'; unit: Id; assists?: Id[]; text?: string }
  | { step: 'bounce'; reason: string }
  | { step: 'hand_over'; office: string; text: string }
  | { step: 'merge'; main: Id; same: Same; text?: string }
  | { step: 'unmerge'; reason: string }
  | { step: 'tell_apart'; main: Id; text?: string }
  | { step: 'sign_for'; on_behalf?: OnBehalf }
  | { step: 'handle'; text: string; photos?: string[]; outcome: Outcome; on_behalf?: OnBehalf }
  | { step: 'check'; pass: boolean; text?: string; photos?: string[] }
  | { step: 'close'; answer: string; outcome: Outcome }
  | { step: 'rate'; solved: boolean; grade: Grade; text?: string }
  | { step: 'follow_up'; redo: boolean; text: string }
  | {
      step: 'note';
      text: string;
      public: boolean;
      ask_leader?: boolean;
      instruct?: boolean;
      filled_above?: boolean /* the reply was copied into the system above */;
      done?: boolean /* my assisting unit has done its part */;
      photos?: string[];
    }
  | { step: 'first_contact'; reached: boolean; text?: string }
);
export interface Link {
  url: string;
  pin: string;
  unit: string;
}
export interface StepsAnswer {
  id: Id;
  number: string;
  state: CaseState;
  state_name: string;
  last_event: number;
  link?: Link;
}

/* --- lists and figures --- */
export interface CaseList {
  items: Case[];
  next?: string | null;
  looked_back_to?: Moment; /* a search that stopped there on its way back, or up from the oldest; `next` goes on */
  filter: string;
  as_of: Moment;
}
export interface Count {
  count: number;
  capped: boolean;
  as_of: Moment;
}
export type MorningKey = 'not_contacted' | 'due_today' | 'redo' | 'night' | 'leader';
export interface Morning {
  as_of: Moment;
  groups: { key: MorningKey; filter: string; count: number; capped: boolean; items: Case[] }[];
}
export interface Board {
  as_of: Moment;
  counters: { key: string; filter: string; count: number }[];
}
export interface CasePoint {
  id: Id;
  lat?: number;
  lon?: number;
  state: CaseState;
  late: boolean;
  due?: Moment;
}
/* Cases of one square of the map, where there are too many for dots. */
export interface CaseBunch {
  cell: string /* for `cell:` in a filter; empty where no list can open */;
  lat: number;
  lon: number;
  count: number;
  late: number;
  has_more: boolean /* there are more than were counted */;
  south: number;
  west: number;
  north: number;
  east: number;
}
export interface Points {
  points: CasePoint[];
  bunches: CaseBunch[];
  without_point: number;
  capped: boolean;
  as_of: Moment;
}
/* Numbers of cases, and what is worked out from them: rates in percent, a mean of grades. */
export type CountName =
  'reported' | 'open' | 'late' | 'closed' | 'declined' | 'merged' | 'returns' | 'reworks' | 'rated';
export type RateName = 'on_time_rate' | 'contact_rate' | 'solved_rate' | 'rating_mean';
export type FigureName = CountName | RateName;
export type FigureBy = 'none' | 'community' | 'category' | 'unit' | 'channel' | 'month';
export interface Figure {
  value?: number | null /* absent or null where there is nothing to work it out from */;
  filter: string /* lists exactly the cases behind it */;
  part?: number /* of a rate: numerator ... */;
  part_filter?: string;
  whole?: number /* ... and denominator */;
}
export interface FigureRow extends Record<CountName, number> {
  key: string;
  name: string;
  filter: string;
  figures: Partial<Record<FigureName, Figure>>;
}
export interface Figures {
  as_of: Moment;
  filter: string;
  capped: boolean;
  rows: FigureRow[];
}

/* --- orders, tasks, uploads --- */
export type Cell = string | number | boolean | null;
export interface OrdersSheet {
  columns: string[];
  rows: Cell[][];
}
export interface OrderRow {
  row: number;
  external_number: string;
  status: 'new' | 'twin' | 'ask' | 'error';
  class?: string;
  class_name?: string;
  unit?: Id;
  unit_name?: string;
  place?: Id;
  place_name?: string;
  due?: Moment;
  title: string;
  text: string;
  error?: string;
  id?: Id;
  number?: string;
}
export interface OrdersAnswer {
  rows: OrderRow[];
  counts: Record<OrderRow['status'], number>;
}
export interface OwnTask extends Case {
  task: { id: Id; kind: TaskKind; due_at?: Moment };
}
export interface Upload {
  id: string;
  width: number;
  height: number;
}

export type * from './public';
