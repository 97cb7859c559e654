// SPDX-License-Identifier: Apache-2.0
// The pages of the desk. `bare` pages stand without the frame (signing in, printing); `roles` names who has use for the
// page: the frame leaves it out of the rail for others and says who can; the server decides in any case.
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router';
import type { Role } from '@kit/api/types';
import { adminPages } from './admin/pages';
import { useSession } from './session/session';

declare module 'vue-router' {
  interface RouteMeta {
    bare?: boolean;
    open?: boolean /* may be seen without a session */;
    title?: string /* key of its name */;
    roles?: Role[] /* for whom it is made */;
    right?: string /* without which the server refuses it */;
  }
}

const TAKERS: Role[] = ['acceptor', 'dispatcher', 'shift_leader'];
const DISPATCHERS: Role[] = ['dispatcher', 'shift_leader', 'leader'];
const READERS: Role[] = [...TAKERS, 'leader', 'auditor', 'handler'];
const WORKERS: Role[] = [...READERS, 'grid_worker'];

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/morning' },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./session/SignInPage.vue'),
    meta: { bare: true, open: true, title: 'page.sign_in' },
  },
  {
    path: '/password',
    name: 'password',
    component: () => import('./session/PasswordPage.vue'),
    meta: { bare: true, title: 'page.password' },
  },
  {
    path: '/morning',
    name: 'morning',
    component: () => import('./morning/MorningPage.vue'),
    meta: { title: 'page.morning', roles: WORKERS, right: 'cases' },
  },
  {
    path: '/intake',
    name: 'intake',
    component: () => import('./intake/IntakePage.vue'),
    meta: { title: 'page.intake', roles: TAKERS, right: 'intake' },
  },
  {
    path: '/board',
    name: 'board',
    component: () => import('./board/BoardPage.vue'),
    meta: { title: 'page.board', roles: DISPATCHERS, right: 'cases' },
  },
  {
    path: '/cases',
    name: 'cases',
    component: () => import('./list/ListPage.vue'),
    meta: { title: 'page.cases', roles: WORKERS, right: 'cases' },
  },
  {
    path: '/cases/:id(\\d+)',
    name: 'case',
    component: () => import('./case/CasePage.vue'),
    props: (to) => ({ id: Number(to.params.id) }),
    meta: { title: 'page.case', roles: WORKERS, right: 'cases' },
  },
  {
    path: '/orders',
    name: 'orders',
    component: () => import('./orders/OrdersPage.vue'),
    meta: { title: 'page.orders', roles: TAKERS, right: 'import' },
  },
  {
    path: '/figures',
    name: 'figures',
    component: () => import('./figures/FiguresPage.vue'),
    meta: { title: 'page.figures', roles: READERS, right: 'figures' },
  },
  ...adminPages,
  {
    path: '/print/order/:id(\\d+)',
    name: 'print-order',
    component: () => import('./print/WorkOrderPage.vue'),
    props: (to) => ({ id: Number(to.params.id) }),
    meta: { bare: true, title: 'page.print_order' },
  },
  {
    path: '/print/receipt/:id(\\d+)',
    name: 'print-receipt',
    component: () => import('./print/ReceiptPage.vue'),
    props: (to) => ({ id: Number(to.params.id) }),
    meta: { bare: true, title: 'page.print_receipt' },
  },
  {
    path: '/:rest(.*)*',
    name: 'not-found',
    component: () => import('./shell/NotFoundPage.vue'),
    meta: { title: 'page.not_found' },
  },
];

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory('/staff/'),
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.beforeEach(async (to) => {
    if (to.meta.open) {
      return true;
    }
    const session = useSession();
    await session.load();
    if (!session.current) {
      return { name: 'sign-in', query: { next: to.fullPath } };
    }
    if (session.current.account.must_change_password && to.name !== 'password') {
      return { name: 'password' };
    }
    if (to.name === 'morning' && !session.mayEnter(to.meta) && session.may('administer')) {
      return { name: 'admin-accounts' }; /* whoever administers sees no cases */
    }
    return true;
  });
  return router;
}
