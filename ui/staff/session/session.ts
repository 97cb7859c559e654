// SPDX-License-Identifier: Apache-2.0
// Who sits at the desk. The only state that all pages share.
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { call, setCsrf, setRequestLanguage } from '@kit/api/client';
import { asApiError, type ApiError } from '@kit/api/error';
import type { Role, Session } from '@kit/api/types';
import { setLanguage, type Language } from '@kit/i18n/i18n';
import { queryClient } from '../data/client';

export const useSession = defineStore('session', () => {
  const current = ref<Session>();
  const unreached = ref<ApiError>(); /* why it is not known who is signed in */
  let asked = false;

  function take(next: Session | undefined): void {
    current.value = next;
    setCsrf(next?.csrf ?? '');
    if (next) {
      showLanguage(next.account.language === 'en' ? 'en' : 'zh-CN');
    }
  }

  function showLanguage(language: Language): void {
    setLanguage(language);
    setRequestLanguage(language);
  }

  /* Asks once whether this browser is signed in; asks again only when the server was not reached. */
  async function load(): Promise<void> {
    if (asked) {
      return;
    }
    try {
      unreached.value = undefined;
      take(await call('GET /api/v1/session'));
      asked = true;
    } catch (cause) {
      const error = asApiError(cause);
      asked = error.status === 401;
      unreached.value = asked ? undefined : error;
    }
  }

  async function signIn(login: string, password: string): Promise<void> {
    take(await call('POST /api/v1/session', { body: { login, password } }));
    asked = true;
    queryClient.clear();
  }

  async function signOut(): Promise<void> {
    await call('DELETE /api/v1/session');
    forget();
  }

  function forget(): void {
    take(undefined);
    queryClient.clear();
  }

  async function chooseLanguage(language: Language): Promise<void> {
    showLanguage(language);
    if (current.value) {
      await call('PATCH /api/v1/session', { body: { language: language === 'en' ? 'en' : 'zh' } });
      take(await call('GET /api/v1/session')); /* the names of office and unit too */
    }
    await queryClient.invalidateQueries();
  }

  async function changePassword(old: string, next: string): Promise<void> {
    await call('POST /api/v1/session/password', { body: { old, new: next } });
    if (current.value) {
      current.value.account.must_change_password = false;
    }
  }

  const roles = computed<Role[]>(() => current.value?.account.roles ?? []);
  function isAny(wanted: readonly Role[] | undefined): boolean {
    return !wanted || wanted.some((role) => roles.value.includes(role));
  }

  /* A right that does not depend on a case: 'intake', 'import', 'figures', 'export', 'reveal', 'erase', 'links'. */
  function may(right: string | undefined): boolean {
    return !right || (current.value?.account.rights.includes(right) ?? false);
  }

  function mayEnter(page: { roles?: Role[]; right?: string }): boolean {
    return isAny(page.roles) && may(page.right);
  }

  return {
    current,
    unreached,
    roles,
    load,
    signIn,
    signOut,
    forget,
    chooseLanguage,
    changePassword,
    isAny,
    may,
    mayEnter,
  };
});
