// SPDX-License-Identifier: Apache-2.0
// The accounts, and what an administrator does with one. Each change asks the list anew.
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, ref } from 'vue';
import type { AdminAccount, NewAccount, RoleWish } from '@kit/api/admin';
import { call } from '@kit/api/client';
import { t } from '@kit/i18n/i18n';
import { sayDone } from '../common/say';

export interface Given {
  login: string;
  password: string;
}

export function useAccounts() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['admin', 'accounts'],
    queryFn: () => call('GET /api/v1/admin/accounts'),
  });
  const accounts = computed<AdminAccount[]>(() => query.data.value?.accounts ?? []);
  const given = ref<Given>(); /* a one-time password, until it is put away */
  const busy = ref(false);
  const error = ref<unknown>();

  async function change(what: () => Promise<unknown>, done?: string): Promise<boolean> {
    busy.value = true;
    error.value = undefined;
    try {
      await what();
      if (done) {
        sayDone(done);
      }
      await client.invalidateQueries({ queryKey: ['admin', 'accounts'] });
      return true;
    } catch (cause) {
      error.value = cause;
      return false;
    } finally {
      busy.value = false;
    }
  }
  const open = (body: NewAccount): Promise<boolean> =>
    change(async () => {
      const made = await call('POST /api/v1/admin/accounts', { body });
      given.value = { login: body.login, password: made.password };
    });
  const resetPassword = (account: AdminAccount): Promise<boolean> =>
    change(async () => {
      const made = await call('POST /api/v1/admin/accounts/{id}/password', { path: { id: account.id } });
      given.value = { login: account.login, password: made.password };
    });
  const setActive = (account: AdminAccount, active: boolean): Promise<boolean> =>
    change(
      () => call('POST /api/v1/admin/accounts/{id}/active', { path: { id: account.id }, body: { active } }),
      t(active ? 'admin.reopened' : 'admin.ended', { login: account.login }),
    );
  const giveRole = (account: AdminAccount, body: RoleWish): Promise<boolean> =>
    change(
      () => call('POST /api/v1/admin/accounts/{id}/roles', { path: { id: account.id }, body }),
      t('admin.role_given'),
    );
  const takeRole = (account: AdminAccount, role_id: number): Promise<boolean> =>
    change(
      () => call('DELETE /api/v1/admin/accounts/{id}/roles/{role_id}', { path: { id: account.id, role_id } }),
      t('admin.role_taken'),
    );
  return { query, accounts, given, busy, error, open, resetPassword, setActive, giveRole, takeRole };
}
