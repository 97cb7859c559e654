// SPDX-License-Identifier: Apache-2.0
// The administrator's pages, and the audit log that the auditor reads too. None of them shows a case.
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '@kit/api/types';

const ADMINISTRATOR: Role[] = ['administrator'];

export const ADMIN_PARTS = ['accounts', 'places', 'definitions', 'keys', 'audit', 'system'] as const;
export type AdminPart = (typeof ADMIN_PARTS)[number];

const COMPONENTS = {
  accounts: () => import('./AccountsPage.vue'),
  places: () => import('./PlacesPage.vue'),
  definitions: () => import('./DefinitionsPage.vue'),
  keys: () => import('./KeysPage.vue'),
  audit: () => import('./AuditPage.vue'),
  system: () => import('./SystemPage.vue'),
};

export const adminPages: RouteRecordRaw[] = ADMIN_PARTS.map((part) => ({
  path: `/admin/${part}`,
  name: `admin-${part}`,
  component: COMPONENTS[part],
  meta: {
    title: `page.admin.${part}`,
    roles: part === 'audit' ? [...ADMINISTRATOR, 'auditor'] : ADMINISTRATOR,
    right: part === 'audit' ? 'audit' : 'administer',
  },
}));
