// SPDX-License-Identifier: Apache-2.0
// What residents' pages are answered and send, without a session.
import type { Id, Moment, Grade, PublicStep, CaseState } from './types';

export interface PublicClass {
  code: string;
  name: string;
  limit_text?: string /* in the words of the trade */;
  limit?: number;
  limit_unit?: string;
}
export interface PublicPlace {
  id: Id;
  name: string;
  parent?: Id | null;
}
export interface SimilarItem {
  class_name: string;
  street: string;
  state: string;
  reported_at: Moment;
}
export interface PublicReport {
  class?: string;
  lat?: number;
  lon?: number;
  place?: Id;
  address?: string;
  text: string;
  contact?: { name?: string; telephone?: string };
  photos: string[];
}
/* An entry of the ledger as a receipt carries it. */
export interface LedgerEntry {
  number: number;
  hash: string /* hex */;
}
export interface DailyRoot {
  date: string;
  root: string /* hex */;
}
export interface OpenEntry extends LedgerEntry {
  at: Moment;
}
export interface ProofEntry extends OpenEntry {
  salt: string;
  path: string[];
  end: string;
  date: string;
  root: string;
}
export interface Proof {
  format: string;
  case: string;
  office: number;
  entries: ProofEntry[];
  open: OpenEntry[] /* of days that are not over */;
}
export interface Track {
  number: string;
  class_name: string;
  where: string;
  state: CaseState;
  state_name: string /* in the residents' words */;
  merged?: string /* that it is handled together with another, in a sentence */;
  outside: boolean /* lies beyond the border of this office: handed over */;
  outside_words?: string /* who is responsible instead */;
  telephone?: string;
  onward?: { office: string; number: string } /* handed over: who goes on with it, and its number there */;
  steps: PublicStep[];
  promise?: { due_at: Moment; text: string };
  answer?: string;
  may_rate: boolean;
  rated?: { solved: boolean; grade: Grade };
  entry?: LedgerEntry /* for whoever came by the tracking link */;
}
export interface LinkTask {
  number: string;
  class_name: string;
  where: string;
  lat?: number;
  lon?: number;
  text: string;
  photos: string[];
  due_at?: Moment;
  state: string;
  photo_needed?: boolean;
}
