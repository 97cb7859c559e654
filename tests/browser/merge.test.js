// SPDX-License-Identifier: Apache-2.0
// Two neighbours, one sofa: the desk is offered the twin with its reasons, merges it by keyboard, undoes it, merges again; the
// resident reads that the matter is handled together with another, and then its answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { look } from './look.mjs';
import { Street, until } from './street.mjs';

const FIRST = '单元门口堆着旧沙发，轮椅出不去';
const SECOND = '楼下有人扔了旧沙发没人管';
let street;
let desk;
let first;
let second;
before(async () => {
  street = await Street.open(30);
  desk = await street.signedIn('zhiban', '/staff/', { viewport: { width: 1440, height: 900 }, bypassCSP: true });
  const { places } = await street.ask(desk, '/api/v1/places');
  const estate = places.find((place) => place.level === 'estate' && place.name === '鞍山五村').id;
  const report = (text) =>
    street.tell(desk, '/api/v1/cases', { procedure: 'city-matter', channel: 'telephone', class: 'W06-030', place: estate, text, verified_on_spot: true });
  first = await report(FIRST);
  second = await report(SECOND);
});
after(async () => {
  await street?.close();
});

const open = (page, id) => page.goto(`${street.base}/staff/cases/${id}`);
const card = (page) => page.locator('.merge-card');
const dialogOf = (page) => page.getByRole('dialog').filter({ visible: true });
const state = async (id) => (await street.ask(desk, `/api/v1/cases/${id}`)).state;

/* Still: nothing is being read, and nothing moves any more. */
async function still(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
}

async function seated(login, theme, language, width) {
  const page = await street.signedIn(login, '/staff/', { viewport: { width, height: 900 }, bypassCSP: true });
  await page.evaluate(
    async ([colour, tongue]) => {
      localStorage.setItem('linli.theme', colour);
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      await fetch('/api/v1/session', { method: 'PATCH', headers, body: JSON.stringify({ language: tongue }) });
    },
    [theme, language],
  );
  return page;
}

test('a twin is offered with its reasons and merged by keyboard', async () => {
  await open(desk, second.id);
  await card(desk).getByText('同一小区 · 同类').waitFor();
  assert.match(await card(desk).innerText(), new RegExp(FIRST));
  await look(desk, 'the twins');
  await street.shot(desk, 'merge-offered');
  await card(desk).getByRole('button', { name: '并案', exact: true }).first().press('Enter');
  const dialog = dialogOf(desk);
  await dialog.getByText('并入哪一件').waitFor();
  assert.equal(await dialog.getByRole('radio', { name: new RegExp(FIRST) }).isChecked(), true);
  await still(desk);
  await look(desk, 'the dialog');
  await street.shot(desk, 'merge-dialog');
  await dialog.getByRole('button', { name: '并案', exact: true }).press('Enter');
  await card(desk).getByText(`这一件并入 ${first.number}，一起办`).waitFor();
  assert.equal(await state(second.id), 'merged');
  await street.shot(desk, 'merge-part');
  await card(desk).getByRole('link', { name: new RegExp(first.number) }).press('Enter');
  await card(desk).getByText('并入这一件的 1 件').waitFor();
  assert.match(await card(desk).innerText(), new RegExp(SECOND));
  await street.shot(desk, 'merge-main');
});

test('it is undone with a reason, and merged again by number', async () => {
  await open(desk, second.id);
  await card(desk).getByRole('button', { name: '撤销并案' }).press('Enter');
  await dialogOf(desk).getByRole('button', { name: '是另一件事' }).press('Enter');
  await dialogOf(desk).getByRole('button', { name: '撤销并案' }).press('Enter');
  await until('it is open again', async () => (await state(second.id)) === 'reported');
  await desk.locator('header').getByRole('button', { name: '并案', exact: true }).first().press('Enter');
  const dialog = dialogOf(desk);
  await dialog.getByRole('textbox', { name: '别的件：写编号' }).fill(first.number);
  await dialog.getByRole('textbox', { name: '别的件：写编号' }).press('Enter');
  await dialog.getByRole('radio', { name: new RegExp(first.number), checked: true }).waitFor();
  await dialog.getByRole('button', { name: '并案', exact: true }).press('Enter');
  await until('it is merged again', async () => (await state(second.id)) === 'merged');
});

test('both pages hold in English, in the dark and on a narrow window', async () => {
  for (const [theme, language, width] of [
    ['dark', 'en', 1440],
    ['dark', 'zh', 390],
    ['light', 'en', 390],
  ]) {
    const page = await seated(language === 'en' ? 'zhiban2' : 'zhiban', theme, language, width);
    for (const [what, { id }] of Object.entries({ main: first, part: second })) {
      const name = `merge-${what}-${theme}-${language}-${width}`;
      await open(page, id);
      await card(page).waitFor();
      await still(page);
      await look(page, name);
      await card(page).scrollIntoViewIfNeeded();
      await street.shot(page, name);
    }
    await page.context().close();
  }
});

test('the resident reads that it is handled together with another', async () => {
  const phone = await street.phone({ bypassCSP: true });
  await phone.goto(second.track_url.replace(/^https?:\/\/[^/]+/, street.base));
  await phone.getByText(`与别人反映的同一件事（${first.number}）一起办`).first().waitFor();
  assert.doesNotMatch(await phone.locator('body').innerText(), new RegExp(FIRST));
  await look(phone, 'the tracking page');
  await street.shot(phone, 'merge-track');
  assert.deepEqual(street.faults, []);
});
