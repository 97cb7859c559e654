// SPDX-License-Identifier: Apache-2.0
// The administrator at the desk: an account is opened by keyboard alone and used, pages are reachable for everybody (axe)
// in both languages, light and dark; the auditor reads the log and nothing else of this.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Street } from './street.mjs';

const UI = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../ui');
const AXE = readFileSync(createRequire(join(UI, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const PARTS = ['accounts', 'places', 'definitions', 'keys', 'audit', 'system'];

let street;
before(async () => {
  street = await Street.open(30);
});
after(async () => {
  await street?.close();
});

const signIn = (login, more = {}) =>
  street.signedIn(login, '/staff/', { viewport: { width: 1440, height: 900 }, bypassCSP: true, ...more });

async function look(page, where) {
  await page.evaluate(AXE);
  const found = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
  assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`), [], where);
}

test('the administrator lands on accounts, opens one by keyboard and it is used', async () => {
  const page = await signIn('admin');
  await page.waitForURL('**/staff/admin/accounts');
  await page.getByRole('button', { name: '新开账号' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('#account-login').focus();
  await page.keyboard.type('xiaozhou');
  await page.keyboard.press('Tab');
  await page.keyboard.type('周小舟');
  await look(page, 'the form of a new account');
  await page.keyboard.press('Enter');
  const secret = await page.locator('[data-secret]').innerText();
  assert.match(secret, /^[A-Za-z2-9]{14}-\d$/);
  await page.getByLabel('姓名、登录名、部门、角色').fill('周小舟');
  await page.getByRole('cell', { name: '受理员', exact: true }).waitFor();
  await look(page, 'a password that was given');

  const colleague = await street.page();
  await colleague.goto(street.base + '/staff/');
  await colleague.locator('input').nth(0).fill('xiaozhou');
  await colleague.locator('input').nth(1).fill(secret);
  await colleague.locator('input').nth(1).press('Enter');
  await colleague.waitForURL('**/staff/password');

  await page.getByRole('button', { name: '周小舟' }).click();
  await page.getByRole('button', { name: '停用', exact: true }).click();
  await page.getByRole('cell', { name: '已停用' }).waitFor({ state: 'attached' });
  await look(page, 'an account');
  assert.deepEqual(street.faults, []);
});

test('the last administrator is told why it stays', async () => {
  const page = await signIn('admin');
  await page.getByLabel('姓名、登录名、部门、角色').fill('admin');
  await page.locator('tbody button').first().click();
  await page.getByRole('button', { name: '停用', exact: true }).click();
  await page.getByText('这是最后一位在用的管理员').waitFor();
});

for (const [name, way] of Object.entries({
  'as it comes': {},
  'dark, in English': { theme: 'dark', language: 'en' },
})) {
  test(`every page of administration, ${name}`, async () => {
    const page = await signIn('admin');
    await page.evaluate(([theme]) => localStorage.setItem('linli.theme', theme ?? 'light'), [way.theme]);
    if (way.language) {
      await page.evaluate(async () => {
        const session = await (await fetch('/api/v1/session')).json();
        const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf };
        await fetch('/api/v1/session', { method: 'PATCH', headers, body: '{"language":"en"}' });
      });
    }
    for (const part of PARTS) {
      await page.goto(`${street.base}/staff/admin/${part}`);
      await page.locator(part === 'system' || part === 'audit' ? 'dl, .empty, table' : 'table, dl').first().waitFor();
      await look(page, part);
      const over = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
      assert.equal(over, 0, `${part} is wider than the window`);
    }
    assert.deepEqual(street.faults, []);
  });
}

test('the auditor reads the log, and no other page of administration', async () => {
  const page = await signIn('shenji');
  await page.goto(`${street.base}/staff/admin/audit`);
  await page.getByRole('heading', { name: '登录与查看记录' }).waitFor();
  assert.equal(await page.getByRole('link', { name: '账号与角色' }).count(), 0);
  await page.goto(`${street.base}/staff/admin/accounts`);
  await page.getByText('这一页不归你办').waitFor();
});
