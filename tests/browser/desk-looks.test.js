// SPDX-License-Identifier: Apache-2.0
// Every page of the desk in both languages, light and dark, on a screen and at 200 % (640 px): axe finds nothing, nothing
// sticks out, and all that is shown comes from this server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { faultsOf, stickingOut } from './look.mjs';
import { ORDERS, Street } from './street.mjs';

const WAYS = {
  'in Chinese, light': { width: 1440, height: 900, theme: 'light', language: 'zh', login: 'zhiban' },
  'in English, dark, at 200 %': { width: 640, height: 400, theme: 'dark', language: 'en', login: 'zhiban2' },
};
const DOUBLED = { width: 640, height: 400 }; // a screen of 1280 at 200 %
const TABS = { zh: ['表单', '照片', '报告人看到的'], en: ['Form', 'Photos', 'What the reporter sees'] };

let street;
before(async () => {
  street = await Street.open(200);
});
after(async () => {
  await street?.close();
});

async function seated({ width, height, theme, language, login }) {
  const page = await street.signedIn(login, '/staff/', { viewport: { width, height }, bypassCSP: true });
  await page.evaluate(async ([colour, tongue]) => {
    localStorage.setItem('linli.theme', colour);
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
    await fetch('/api/v1/session', { method: 'PATCH', headers, body: JSON.stringify({ language: tongue }) });
  }, [theme, language]);
  return page;
}

/* Still: nothing is being read, and nothing moves any more. */
async function still(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
}

for (const [name, way] of Object.entries(WAYS)) {
  test(`the desk ${name}`, async () => {
    const page = await seated(way);
    const wrong = [];
    const look = async (where) => {
      wrong.push(...(await faultsOf(page, where)));
      await page.setViewportSize(DOUBLED);
      wrong.push(...(await stickingOut(page, `${where} at 200 %`)));
      await page.setViewportSize({ width: way.width, height: way.height });
    };
    const first = async (filter) =>
      (await street.ask(page, `/api/v1/cases?limit=1&filter=${encodeURIComponent(filter)}`)).items[0].id;
    const order = await first('procedure:order state:handling');
    const pages = {
      morning: '/staff/morning',
      board: '/staff/board',
      intake: '/staff/intake',
      list: '/staff/cases?filter=state:open',
      'empty list': '/staff/cases?filter=nothinglikethis',
      case: `/staff/cases/${order}`,
      figures: '/staff/figures',
      orders: '/staff/orders',
      password: '/staff/password',
      'work order': `/staff/print/order/${order}`,
      receipt: `/staff/print/receipt/${order}`,
      'no such page': '/staff/nowhere',
    };
    const acts = {
      case: async () => {
        for (const tab of TABS[way.language]) {
          await page.getByRole('tab', { name: tab }).click();
          await still(page);
          await look(`case, ${tab}`);
        }
        for (const button of await page.locator('.head .actions button').all()) {
          if ((await button.locator('svg').count()) === 0) {
            await button.click();
            await page.getByRole('dialog').filter({ visible: true }).waitFor();
            await still(page);
            await look('a step');
            await street.shot(page, `looks-step-${way.theme}-${way.width}`);
            await page.locator('.step-dialog .el-dialog__headerbtn').click();
            await page.getByRole('dialog').filter({ visible: true }).waitFor({ state: 'detached' });
          }
        }
      },
      orders: async () => {
        await page.locator('input[type=file]').setInputFiles(ORDERS);
        await page.locator('tbody tr').first().waitFor();
        await still(page);
        await look('orders read');
        await street.shot(page, `looks-orders-read-${way.theme}-${way.width}`);
      },
    };
    for (const [what, path] of Object.entries(pages)) {
      await page.goto(street.base + path);
      await still(page);
      await look(what);
      await street.shot(page, `looks-${what.replaceAll(' ', '-')}-${way.theme}-${way.width}`);
      await acts[what]?.();
    }
    await page.goto(`${street.base}/staff/morning`);
    await page.locator('.person').click();
    await page.getByRole('menu').waitFor();
    await still(page);
    await look('the menu of the account');
    await street.shot(page, `looks-menu-${way.theme}-${way.width}`);
    await page.keyboard.press('Escape');
    await page.locator('.find').click();
    await page.getByRole('dialog').locator('input').fill('楼道');
    await page.locator('.hits li').nth(1).waitFor();
    await still(page);
    await look('search');
    await page.context().clearCookies();
    await page.goto(`${street.base}/staff/sign-in`);
    await page.locator('#login').waitFor();
    await look('signing in');
    await street.shot(page, `looks-sign-in-${way.theme}-${way.width}`);
    assert.deepEqual(wrong, []);
    await page.context().close();
  });
}

test('nothing broke on the way, and nobody else was asked', () => {
  assert.deepEqual(street.faults, []);
});
