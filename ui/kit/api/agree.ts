// SPDX-License-Identifier: Apache-2.0
// Holds our types to what the program says of itself (schema.d.ts): no field that it does not send, the same kind of
// value, and optional where it is optional. Ours may be finer: a state is one of twelve words, not any text. Where the
// types part, the compiler names the field. Objects inside are compared on their own, by their own line.
import type { components } from './schema';
import type * as M from './merges';
import type * as T from './types';

type S = components['schemas'];
type Kind<V> = V extends string ? string : V extends number ? number : V extends boolean ? boolean : 'object';
type KindOf<V> = Kind<NonNullable<V>>;
type Wrong<Ours, Theirs> = {
  [K in keyof Ours & string]-?: K extends keyof Theirs
    ? [KindOf<Ours[K]>] extends [KindOf<Theirs[K]>]
      ? undefined extends Theirs[K]
        ? KindOf<Theirs[K]> extends 'object'
          ? never
          : undefined extends Ours[K]
            ? never
            : K
        : never
      : K
    : K;
}[keyof Ours & string];
type Same<W extends never> = W;

export type Agreement = [
  Same<Wrong<T.Session['account'], S['Account']>>,
  Same<Wrong<T.Office, S['Office']>>,
  Same<Wrong<T.Condition, S['Condition']>>,
  Same<Wrong<T.CaseClass, S['CaseClass']>>,
  Same<Wrong<T.ProcedureDefinition, S['ProcedureDefinition']>>,
  Same<Wrong<T.Catalogue, S['Catalogue']>>,
  Same<Wrong<T.Place, S['Place']>>,
  Same<Wrong<T.Unit, S['Unit']>>,
  Same<Wrong<T.Clock, S['Clock']>>,
  Same<Wrong<T.Case, S['Case']>>,
  Same<Wrong<T.CaseClock, S['CaseClock']>>,
  Same<Wrong<T.Task, S['Task']>>,
  Same<Wrong<T.Voice, S['Voice']>>,
  Same<Wrong<T.TimelineEntry, S['TimelineEntry']>>,
  Same<Wrong<T.Suggestion, S['Suggestion']>>,
  Same<Wrong<T.CaseFull, S['CaseFull']>>,
  Same<Wrong<M.MergedCase, S['MergedCase']>>,
  Same<Wrong<M.Twin, S['Twin']>>,
  Same<Wrong<T.Link, S['Link']>>,
  Same<Wrong<T.StepsAnswer, S['StepsAnswer']>>,
  Same<Wrong<T.CaseList, S['CaseList']>>,
  Same<Wrong<T.Count, S['Count']>>,
  Same<Wrong<T.Morning['groups'][number], S['MorningGroup']>>,
  Same<Wrong<T.Board['counters'][number], S['Counter']>>,
  Same<Wrong<T.CasePoint, S['CasePoint']>>,
  Same<Wrong<T.CaseBunch, S['CaseBunch']>>,
  Same<Wrong<T.Points, S['Points']>>,
  Same<Wrong<T.Figure, S['Figure']>>,
  Same<Wrong<T.FigureRow, S['FigureRow']>>,
  Same<Wrong<T.OrderRow, S['OrderRow']>>,
  Same<Wrong<T.OwnTask, S['TaskItem']>>,
  Same<Wrong<T.Upload, S['Upload']>>,
  Same<Wrong<T.PublicClass, S['PublicClass']>>,
  Same<Wrong<T.PublicPlace, S['PublicPlace']>>,
  Same<Wrong<T.PublicStep, S['PublicStep']>>,
  Same<Wrong<T.SimilarItem, S['SimilarItem']>>,
  Same<Wrong<T.Track, S['Track']>>,
  Same<Wrong<T.Proof, S['Proof']>>,
  Same<Wrong<T.ProofEntry, S['ProofEntry']>>,
  Same<Wrong<T.LedgerEntry, S['LedgerEntry']>>,
  Same<Wrong<T.DailyRoot, S['DailyRoot']>>,
  Same<Wrong<T.LinkTask, S['LinkTask']>>,
];
