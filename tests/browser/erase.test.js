// SPDX-License-Identifier: Apache-2.0
// A shift leader deletes what a reporter said and who it was, from the case's page; who may not has no button for it. The
// system page says when the last nightly backup was made.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { look } from './look.mjs';
import { Street } from './street.mjs';

const WORDS = '楼上连续三晚装修到半夜';
let street;
before(async () => {
  street = await Street.open(30);
});
after(async () => {
  await street?.close();
});

const at = (login, more = {}) =>
  street.signedIn(login, '/staff/', { viewport: { width: 1440, height: 900 }, bypassCSP: true, ...more });

async function report(page) {
  return page.evaluate(async (text) => {
    const session = await (await fetch('/api/v1/session')).json();
    const answer = await fetch('/api/v1/cases', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf, 'Idempotency-Key': String(Math.random()) },
      body: JSON.stringify({
        procedure: 'city-matter', channel: 'telephone', text, contact: { name: '陈建国', telephone: '13812345678' },
      }),
    });
    return (await answer.json()).id;
  }, WORDS);
}

test('the dialog says what goes and what stays, and afterwards nothing of it is on the page', async () => {
  const page = await at('zhiban');
  const id = await report(page);
  const other = await at('shouli');
  await other.goto(`${street.base}/staff/cases/${id}`);
  await other.getByText('陈*').first().waitFor();
  assert.equal(await other.getByRole('button', { name: '删除报告人的信息' }).count(), 0);
  await other.context().close();

  await page.goto(`${street.base}/staff/cases/${id}`);
  await page.getByText(WORDS).first().waitFor();
  await page.getByRole('button', { name: '删除报告人的信息' }).click();
  await page.getByText('不能恢复').waitFor();
  await look(page, 'the question');
  await page.getByText('本人撤回同意').click();
  await page.locator('.erase-dialog').getByRole('button', { name: '删除', exact: true }).click();
  await page.getByText('（已删除）').first().waitFor();
  await page.locator('.erase-dialog').waitFor({ state: 'hidden' }); // it fades
  const text = await page.locator('body').innerText();
  assert.ok(!text.includes(WORDS) && !text.includes('陈*') && !text.includes('138****'), text);
  assert.ok(text.includes('本人撤回同意'));
  assert.equal(await page.getByRole('button', { name: '删除报告人的信息' }).count(), 0);
  await look(page, 'a case whose reporter was erased');
  await page.context().close();
});

test('the system page says that there is none yet, and then when the last one was', async () => {
  let page = await at('admin');
  await page.goto(`${street.base}/staff/admin/system`);
  await page.getByText('最近一次夜间备份').waitFor();
  await look(page, 'the system');
  await page.context().close();
  await street.passDays(2);
  page = await at('admin');
  await page.goto(`${street.base}/staff/admin/system`);
  await page.getByText(/\d [MG]B/).nth(3).waitFor();
  const fact = page.locator('.facts > div', { hasText: '最近一次夜间备份' });
  await fact.getByText(/20\d\d.* · [\d.]+ MB/).waitFor();
  await page.context().close();
  assert.deepEqual(street.faults, []);
});
