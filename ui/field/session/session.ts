// SPDX-License-Identifier: Apache-2.0
// Who holds this phone. The only state that the pages share.
import { computed, ref, shallowRef } from 'vue';
import { call, onSignedOut, setCsrf, setRequestLanguage } from '@kit/api/client';
import { asApiError, type ApiError } from '@kit/api/error';
import type { Session } from '@kit/api/types';
import { setLanguage, type Language } from '@kit/i18n/i18n';

export const session = shallowRef<Session>();
export const unreached = shallowRef<ApiError>(); /* why it is not known who is signed in */
export const mustChange = ref(false);
let asked = false;

export const account = computed(() => session.value?.account);

function take(next: Session | undefined): void {
  session.value = next;
  mustChange.value = next?.account.must_change_password ?? false;
  setCsrf(next?.csrf ?? '');
  if (next) {
    showLanguage(next.account.language === 'en' ? 'en' : 'zh-CN');
  }
}
function showLanguage(language: Language): void {
  setLanguage(language);
  setRequestLanguage(language);
}

/* Asks once whether this phone is signed in; asks again only when the server was not reached. */
export async function loadSession(): Promise<void> {
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

export async function signIn(login: string, password: string): Promise<void> {
  take(await call('POST /api/v1/session', { body: { login, password } }));
  unreached.value = undefined;
  asked = true;
}

/* Forms of this account must not be read by the next one. */
export async function signOut(): Promise<void> {
  await call('DELETE /api/v1/session');
  sessionStorage.clear();
  take(undefined);
}

export async function chooseLanguage(language: Language): Promise<void> {
  showLanguage(language);
  if (session.value) {
    await call('PATCH /api/v1/session', { body: { language: language === 'en' ? 'en' : 'zh' } });
  }
}

export async function changePassword(old: string, next: string): Promise<void> {
  await call('POST /api/v1/session/password', { body: { old, new: next } });
  mustChange.value = false;
}

/* The session ended on the server: sign in again, and what was being written is still there. */
export function whenSignedOut(what: () => void): void {
  onSignedOut(() => {
    if (session.value) {
      take(undefined);
      what();
    }
  });
}
