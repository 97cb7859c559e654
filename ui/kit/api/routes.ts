// SPDX-License-Identifier: Apache-2.0
// Every resource a page may call: what goes into the path, the query and the body, and what comes back.
import type { FeatureCollection } from 'geojson';
import type * as A from './admin';
import type * as M from './merges';
import type * as T from './types';

type Path<K extends string> = { path: Record<K, string | number> };
type ById = Path<'id'>;
type Listed<X> = { items: X[] };
export type GeoMap = FeatureCollection & { attribution?: string };

export interface Routes {
  'POST /api/v1/session': { body: { login: string; password: string }; answer: T.Session };
  'GET /api/v1/session': { answer: T.Session };
  'DELETE /api/v1/session': { answer: void };
  'PATCH /api/v1/session': { body: { language: 'zh' | 'en' }; answer: T.Session };
  'POST /api/v1/session/password': { body: { old: string; new: string }; answer: void };

  'GET /api/v1/catalogue': { answer: T.Catalogue };
  'GET /api/v1/places': { answer: { places: T.Place[] } };
  'GET /api/v1/units': { answer: { units: T.Unit[] } };
  'GET /api/v1/map': { answer: GeoMap };

  'GET /api/v1/cases': {
    query: { filter: string; sort?: 'due' | 'newest' | 'oldest'; cursor?: string; limit?: number };
    answer: T.CaseList;
  };
  'GET /api/v1/cases/count': { query: { filter: string }; answer: T.Count };
  'GET /api/v1/cases/points': {
    query: { filter: string; zoom?: number; south?: number; west?: number; north?: number; east?: number };
    answer: T.Points;
  };
  'POST /api/v1/cases': {
    body: T.NewCase;
    answer: { id: T.Id; number: string; track_url?: string; event: number };
  };
  'GET /api/v1/cases/{id}': ById & { answer: T.CaseFull };
  'GET /api/v1/cases/{id}/twins': ById & { answer: M.Twins };
  'POST /api/v1/cases/like': { body: M.Likeness; answer: M.Twins };
  'POST /api/v1/cases/{id}/steps': ById & { body: { seen: number; steps: T.Step[] }; answer: T.StepsAnswer };
  'POST /api/v1/cases/{id}/reveal': ById & {
    body: { voice: T.Id; purpose: string };
    answer: { name?: string; telephone?: string };
  };
  'POST /api/v1/cases/{id}/erase': ById & {
    body: { voice: T.Id; reason: T.EraseReason };
    answer: { event: number };
  };
  'POST /api/v1/cases/{id}/track': ById & { body: { voice?: T.Id }; answer: { track_url: string } };
  'POST /api/v1/cases/{id}/link': ById & { body: { task: T.Id }; answer: T.Link };
  'GET /api/v1/morning': { answer: T.Morning };
  'GET /api/v1/board': { answer: T.Board };
  'GET /api/v1/figures': { query: { filter: string; by: T.FigureBy }; answer: T.Figures };
  'GET /api/v1/tasks': { answer: Listed<T.OwnTask> & { capped: boolean } };
  'POST /api/v1/uploads': { body: Blob; answer: T.Upload };
  'POST /api/v1/orders/check': { body: T.OrdersSheet; answer: T.OrdersAnswer };
  'POST /api/v1/orders/import': { body: T.OrdersSheet; answer: T.OrdersAnswer };

  'GET /api/v1/admin/accounts': { answer: { accounts: A.AdminAccount[] } };
  'POST /api/v1/admin/accounts': { body: A.NewAccount; answer: A.OneTimePassword };
  'POST /api/v1/admin/accounts/{id}/password': ById & { answer: A.OneTimePassword };
  'POST /api/v1/admin/accounts/{id}/active': ById & { body: { active: boolean }; answer: void };
  'POST /api/v1/admin/accounts/{id}/roles': ById & { body: A.RoleWish; answer: void };
  'DELETE /api/v1/admin/accounts/{id}/roles/{role_id}': Path<'id' | 'role_id'> & { answer: void };
  'GET /api/v1/admin/keys': { answer: { keys: A.AdminKey[] } };
  'POST /api/v1/admin/keys': { body: { name: string }; answer: { name: string; secret: string } };
  'POST /api/v1/admin/keys/end': { body: { name: string }; answer: void };
  'GET /api/v1/admin/definitions': { answer: A.Definitions };
  'GET /api/v1/admin/system': { answer: A.SystemState };
  'GET /api/v1/audit': { query: { before?: number; what?: string }; answer: A.Audit };

  'GET /api/v1/public/office': { answer: T.Office };
  'GET /api/v1/public/classes': { query: { words?: string }; answer: { classes: T.PublicClass[] } };
  'GET /api/v1/public/places': { answer: { places: T.PublicPlace[] } };
  'GET /api/v1/public/map': { answer: GeoMap };
  'GET /api/v1/public/similar': {
    query: { lat?: number; lon?: number; place?: T.Id; class: string };
    answer: Listed<T.SimilarItem>;
  };
  'POST /api/v1/public/uploads': { body: Blob; answer: T.Upload };
  'POST /api/v1/public/reports': {
    body: T.PublicReport;
    answer: {
      number: string;
      track_url: string;
      token: string;
      outside: boolean;
      outside_words?: string;
      entry?: T.LedgerEntry;
    };
  };
  'GET /api/v1/public/track/{token}': Path<'token'> & { answer: T.Track };
  'GET /api/v1/public/track/{token}/proof': Path<'token'> & { answer: T.Proof };
  'GET /api/v1/public/roots': {
    query: { before?: string };
    answer: { roots: T.DailyRoot[]; next?: string };
  };
  'POST /api/v1/public/track/{token}/rate': Path<'token'> & {
    body: { solved: boolean; grade: T.Grade; text?: string };
    answer: void;
  };
  'POST /api/v1/public/track/{token}/note': Path<'token'> & { body: { text: string }; answer: void };
  'POST /api/v1/public/find': { body: { number: string; last4: string }; answer: T.Track };
  'GET /api/v1/public/link/{token}': Path<'token'> & { answer: { unit: string; open: boolean } };
  'POST /api/v1/public/link/{token}': Path<'token'> & { body: { pin: string }; answer: T.LinkTask };
  'POST /api/v1/public/link/{token}/done': Path<'token'> & {
    body: { pin: string; text: string; photos: string[] };
    answer: void;
  };
  'POST /api/v1/public/link/{token}/bounce': Path<'token'> & {
    body: { pin: string; reason: string };
    answer: void;
  };
}
export type RouteName = keyof Routes;
