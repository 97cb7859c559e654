// SPDX-License-Identifier: Apache-2.0
import { createRouter, createWebHistory, type Router } from 'vue-router';
import { t } from '@kit/i18n/i18n';
import { announcePages } from '@kit/phone/focus';
import MinePage from './mine/MinePage.vue';
import ReportPage from './report/ReportPage.vue';
import PasswordPage from './session/PasswordPage.vue';
import { loadSession, mustChange, session, whenSignedOut } from './session/session';
import SignInPage from './session/SignInPage.vue';
import TaskPage from './task/TaskPage.vue';
import TodayPage from './today/TodayPage.vue';

/* `title` is a message key; a `tab` page shows the tabs, any other ends with its own button. */
declare module 'vue-router' {
  interface RouteMeta {
    title?: string;
    open?: boolean /* may be seen without a session */;
    tab?: boolean;
  }
}

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory('/field/'),
    routes: [
      { path: '/', component: TodayPage, meta: { title: 'title.today', tab: true } },
      { path: '/sign-in', component: SignInPage, meta: { title: 'title.signIn', open: true } },
      { path: '/password', component: PasswordPage, meta: { title: 'title.password' } },
      { path: '/task/:id(\\d+)', component: TaskPage, meta: { title: 'title.task' } },
      { path: '/report', component: ReportPage, meta: { title: 'title.report' } },
      { path: '/mine', component: MinePage, meta: { title: 'title.mine', tab: true } },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
    scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
  });
  router.beforeEach(async (to) => {
    if (to.meta.open) {
      return true;
    }
    await loadSession();
    if (!session.value) {
      return { path: '/sign-in', query: { next: to.fullPath } };
    }
    return mustChange.value && to.path !== '/password' ? { path: '/password' } : true;
  });
  whenSignedOut(() => {
    void router.push({ path: '/sign-in', query: { next: router.currentRoute.value.fullPath } });
  });
  announcePages(
    router,
    () => `${t(router.currentRoute.value.meta.title ?? 'title.today')} · ${t('kit.product')}`,
  );
  return router;
}
