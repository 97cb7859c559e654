// SPDX-License-Identifier: Apache-2.0
// What administration answers, as the program says it.
import type { components } from './schema';

type S = components['schemas'];
export type AdminAccount = S['AdminAccount'];
export type AdminRole = S['AdminRole'];
export type AdminKey = S['AdminKey'];
export type Definitions = S['Definitions'];
export type RoutingRow = S['RoutingRow'];
export type Audit = S['Audit'];
export type SystemState = S['SystemState'];
export type OneTimePassword = S['OneTimePassword'];

export interface RoleWish {
  role: string;
  place?: number;
  procedure?: string;
}
export interface NewAccount {
  login: string;
  name: string;
  unit?: number;
  language?: 'zh' | 'en';
  roles: RoleWish[];
}
