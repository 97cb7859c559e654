// SPDX-License-Identifier: Apache-2.0
// The main job in a browser: a resident's report becomes a solved, answered, rated case; orders come in from above; figures
// open their cases.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ORDERS, Street, attach, until } from './street.mjs';

let street;
before(async () => {
  street = await Street.open();
});
after(async () => {
  await street?.close();
});

const main = (page) => page.locator('main').innerText();

test('forty orders: 37 find unit and class, 3 ask, and the file again makes no twins', async () => {
  const page = await street.signedIn('zhiban');
  await page.goto(street.base + '/staff/orders');
  await page.locator('input[type=file]').setInputFiles(ORDERS);
  await page.getByText('可导入 37').waitFor();
  await page.getByText('要问 3').waitFor();
  await street.shot(page, 'orders');
  await page.getByRole('button', { name: '导入 40 件，派遣 37 件' }).press('Enter');
  await page.getByText('已派遣 37 件，没派成 0 件').waitFor({ timeout: 60000 });
  const count = await street.ask(page, '/api/v1/cases/count?filter=external:20261120YP00001');
  assert.equal(count.count, 1);
  const sent = await street.ask(page, '/api/v1/cases?filter=external:20261120YP00001');
  assert.equal(sent.items[0].state, 'to_sign');
  await page.reload();
  await page.locator('input[type=file]').setInputFiles(ORDERS);
  await page.getByText('可导入 0').waitFor();
  assert.match(await main(page), /已有 40/);
});

test('a resident reports by phone, a firm without account repairs it by link, a grid worker checks, the resident rates', async () => {
  // the resident
  const resident = await street.phone();
  await resident.goto(street.base + '/');
  await resident.getByText('拍一张，我们来办').click();
  await attach(resident);
  await resident.getByRole('button', { name: '下一步' }).click();
  await resident.locator('input[type=search]').fill('鞍山五');
  await resident.getByText('鞍山五村', { exact: true }).first().click();
  await resident.getByRole('button', { name: '下一步' }).click();
  await resident.locator('textarea').fill('垃圾房满了好几天，味道很大');
  await resident.getByText('垃圾站(箱)满溢').click();
  await resident.locator('input[type=tel]').fill('13800001234');
  await resident.getByRole('button', { name: '下一步' }).click();
  await resident.getByRole('button', { name: '提交' }).click();
  await resident.waitForURL(/\/t\/.+\/sent/);
  const number = (await main(resident)).match(/SP-C-\d{8}-\d{4}-[\dX]/)[0];
  await resident.locator('img, svg').first().waitFor();
  await street.shot(resident, 'sent');

  // the shift leader files and dispatches with one key on the board
  const desk = await street.signedIn('zhiban');
  const found = (await street.ask(desk, `/api/v1/cases?filter=number:${number}`)).items[0];
  await desk.goto(`${street.base}/staff/cases/${found.id}`);
  await desk.getByText('垃圾房满了好几天').first().waitFor();
  await street.shot(desk, 'case');
  if (found.state === 'verifying') {
    // class asks for a look on the spot: the grid worker's phone
    const worker = await gridWorker(desk, found);
    await worker.goto(`${street.base}/field/`);
    await worker.getByText('垃圾房满了好几天').first().click();
    await worker.getByRole('radio').first().check();
    await worker.getByRole('button', { name: '提交核实结果' }).click();
    await worker.getByText('核实结果已提交').waitFor();
    await desk.reload();
  }
  const link = await desk.evaluate(async (id) => {
    const session = await (await fetch('/api/v1/session')).json();
    const item = await (await fetch(`/api/v1/cases/${id}`)).json();
    const body = { seen: item.last_event, steps: [{ step: 'file', class: item.class, condition: 1 }, { step: 'dispatch', unit: item.suggestion.unit.id }] };
    const answer = await fetch(`/api/v1/cases/${id}/steps`, {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf, 'Idempotency-Key': crypto.randomUUID() },
    });
    return (await answer.json()).link;
  }, found.id);
  assert.ok(link, 'a unit without accounts gets a link');

  // the firm, by its one-task link
  const firm = await street.phone();
  await firm.goto(street.base + new URL(link.url).pathname);
  await firm.locator('input').first().fill(link.pin);
  await firm.getByRole('button').last().click();
  await firm.locator('textarea').waitFor();
  const seen = await firm.locator('body').innerText();
  assert.doesNotMatch(seen, /13800001234|138\*/);
  await street.shot(firm, 'link');
  await firm.locator('textarea').first().fill('已清运并冲洗');
  await attach(firm);
  await firm.getByRole('button', { name: '办好了，交回' }).click();
  await street.shot(firm, 'link-done');
  await firm.getByText('已交回，谢谢').waitFor();

  // the grid worker checks, the acceptor closes, the resident rates
  const worker = await gridWorker(desk, found);
  await worker.goto(`${street.base}/field/`);
  await worker.getByText('垃圾房满了好几天').first().click();
  await street.shot(worker, 'check');
  await worker.getByRole('radio').first().check();
  await attach(worker);
  await worker.getByRole('button', { name: '提交核查结果' }).click();
  await worker.getByText('核查结果已提交').waitFor();
  await desk.goto(`${street.base}/staff/cases/${found.id}`);
  await desk.getByRole('button', { name: '结案' }).first().click();
  await desk.getByRole('dialog').getByText('已解决').click();
  await desk.getByRole('dialog').locator('textarea').first().fill('垃圾房已清运，以后每天两次');
  await desk.getByRole('dialog').getByRole('button', { name: /结案/ }).last().click();
  await until('the case to be closed', async () => (await street.ask(desk, `/api/v1/cases/${found.id}`)).state === 'closed');
  await resident.goto(resident.url().replace('/sent', ''));
  await resident.getByText('垃圾房已清运').first().waitFor();
  await street.shot(resident, 'track');
  assert.doesNotMatch(await main(resident), /流转|处置|派遣|核查/);
  await resident.getByRole('link', { name: /评价/ }).or(resident.getByRole('button', { name: /评价/ })).first().click();
  await resident.getByRole('radio').first().check();
  await street.shot(resident, 'rate');
  await resident.getByText('非常满意').first().click();
  await resident.getByRole('button', { name: /提交/ }).click();
  await until('the rating', async () => (await street.ask(desk, `/api/v1/cases/${found.id}`)).rating === 5);
});

test('every figure on the page opens a list of just as many cases', async () => {
  const page = await street.signedIn('lingdao');
  await page.goto(street.base + '/staff/figures');
  await page.getByText('按期率').first().waitFor();
  await street.shot(page, 'figures');
  const figures = await street.ask(page, '/api/v1/figures?by=none&filter=opened:this-month');
  const { value, filter } = figures.rows[0].figures.reported;
  const count = await street.ask(page, `/api/v1/cases/count?filter=${encodeURIComponent(filter)}`);
  assert.equal(count.count, value);
});

test('nothing broke on the way', () => {
  assert.deepEqual(street.faults, []);
});

// Somebody who walks the case's grid.
async function gridWorker(desk, item) {
  const places = (await street.ask(desk, '/api/v1/places')).places;
  const community = places.find((place) => place.id === item.place.id);
  const number = ['310110009001', '310110009002', '310110009003', '310110009004', '310110009005', '310110009006',
    '310110009007', '310110009008', '310110009009', '310110009010'].indexOf(community.code) + 1;
  return street.worker(`wangge${number}`);
}
