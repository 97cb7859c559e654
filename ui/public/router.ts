// SPDX-License-Identifier: Apache-2.0
import { createRouter, createWebHistory, type Router } from 'vue-router';
import { t } from '@kit/i18n/i18n';
import { announcePages } from '@kit/phone/focus';
import FindPage from './find/FindPage.vue';
import HomePage from './home/HomePage.vue';
import LinkPage from './link/LinkPage.vue';
import MissingPage from './MissingPage.vue';
import { office } from './office';
import ReportPage from './report/ReportPage.vue';
import SentPage from './report/SentPage.vue';
import RatePage from './track/RatePage.vue';
import TrackPage from './track/TrackPage.vue';

/* `title` is a message key; a `form` ends with its button, not with the foot; `plain` pages are for units, without the
   residents' way home. */
declare module 'vue-router' {
  interface RouteMeta {
    title?: string;
    form?: boolean;
    plain?: boolean;
  }
}

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', component: HomePage, meta: { title: 'title.home' } },
      { path: '/report', component: ReportPage, meta: { title: 'title.report', form: true } },
      { path: '/t/:token', component: TrackPage, meta: { title: 'title.track' } },
      { path: '/t/:token/sent', component: SentPage, meta: { title: 'title.sent' } },
      { path: '/t/:token/rate', component: RatePage, meta: { title: 'title.rate', form: true } },
      {
        path: '/t/:token/proof',
        component: () => import('./proof/ProofPage.vue'),
        meta: { title: 'title.proof' },
      },
      { path: '/roots', component: () => import('./proof/RootsPage.vue'), meta: { title: 'title.roots' } },
      { path: '/find', component: FindPage, meta: { title: 'title.find' } },
      { path: '/l/:token', component: LinkPage, meta: { title: 'title.link', form: true, plain: true } },
      { path: '/:rest(.*)*', component: MissingPage, meta: { title: 'title.missing' } },
    ],
    scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
  });
  announcePages(router, () => {
    const page = t(router.currentRoute.value.meta.title ?? 'title.home');
    return `${page} · ${office.value?.name ?? t('kit.product')}`;
  });
  return router;
}
