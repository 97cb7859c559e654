// SPDX-License-Identifier: Apache-2.0
// A day at the desk: a call of last evening is written down, dispatched with Enter while a colleague watches, signed for
// on somebody's behalf, helped with, sent back, done again, closed, rated; and what is printed and taken out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { PASSWORD, Street, attach, until } from './street.mjs';

let street;
let desk; // the shift leader
let estate; // 鞍山五村, looked after by a firm without accounts
before(async () => {
  street = await Street.open(200);
  desk = await street.signedIn('zhiban');
  const { places } = await street.ask(desk, '/api/v1/places');
  estate = places.find((place) => place.level === 'estate' && place.name === '鞍山五村').id;
});
after(async () => {
  await street?.close();
});

const item = (id) => street.ask(desk, `/api/v1/cases/${id}`);
const main = (page) => page.locator('main').innerText();
const say = (page, name) => page.getByRole('button', { name, exact: true }).first().click();
const open = (page, id) => page.goto(`${street.base}/staff/cases/${id}`);
const dialogOf = (page) => page.getByRole('dialog').filter({ visible: true });
const STAIRS = '五号楼三层楼道堆满纸箱，轮椅过不去';

async function filed(text, more = {}) {
  const { id } = await street.report(desk, { class: 'R01-02', place: estate, text, ...more });
  await street.take(desk, id, { step: 'file', class: 'R01-02', condition: 1 });
  return id;
}
async function dispatched(text, unit) {
  const id = await filed(text);
  const { units } = await street.ask(desk, '/api/v1/units');
  await street.take(desk, id, { step: 'dispatch', unit: units.find((one) => one.code === unit).id });
  return id;
}

test('a call of last evening is written down in the morning, and the receipt carries no telephone', async () => {
  const page = await street.signedIn('shouli');
  await page.goto(`${street.base}/staff/intake`);
  await page.locator('#intake-text:focus').waitFor();
  await page.getByText('来电', { exact: true }).click();
  await page.locator('#intake-text').focus();
  await page.keyboard.type(STAIRS);
  await page.getByRole('button', { name: '楼道堆物' }).press('Enter');
  await page.locator('#intake-place').focus();
  await page.keyboard.type('鞍山五村（');
  await page.getByRole('option', { name: /^鞍山五村（/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('#intake-address').fill('5 号 3 楼');
  await page.locator('#intake-name').fill('顾晓雯');
  await page.locator('#intake-telephone').fill('13812347788');
  await page.getByRole('checkbox', { name: '事后补记' }).press('Space');
  const when = page.locator('#intake-occurred');
  const evening = new Date(Date.now() + (8 - 24) * 3_600_000).toISOString().slice(0, 10); // yesterday in the office (UTC+8)
  await when.fill(`${evening} 21:40`);
  await when.press('Enter');
  await attach(page);
  await street.shot(page, 'desk-intake');
  await page.keyboard.press('F9');
  await page.getByText('已受理', { exact: true }).waitFor();
  await street.shot(page, 'desk-intake-done');
  const number = (await main(page)).match(/SP-R-\d{8}-\d{4}-[\dX]/)[0];
  const taken = (await street.ask(desk, `/api/v1/cases?filter=number:${number}`)).items[0];
  assert.equal(taken.reported_at, `${evening}T21:40:00+08:00`);
  const facts = [taken.channel, taken.estate.name, taken.class_name, taken.photos];
  assert.deepEqual(facts, ['telephone', '鞍山五村', '楼道堆物', 1]);

  const receipt = await page.context().newPage();
  await receipt.goto(`${street.base}/staff/print/receipt/${taken.id}`);
  await receipt.getByText(number).waitFor();
  await receipt.emulateMedia({ media: 'print' });
  assert.equal(await receipt.getByRole('button', { name: '打印' }).isVisible(), false);
  assert.doesNotMatch(await receipt.locator('body').innerText(), /顾|1381|处置|派遣/);
  await street.shot(receipt, 'desk-receipt');

  await page.bringToFront();
  await page.keyboard.press('F9');
  await page.locator('#intake-text:focus').waitFor();
  assert.equal(await page.locator('#intake-text').inputValue(), '');
  await page.context().close();
});

test('Enter dispatches on the board; a colleague sees it happen; the firm gets a link and a PIN', async () => {
  const first = await filed(STAIRS);
  await filed('七号楼一层有人堆了旧沙发');
  const colleague = await street.signedIn('paiqian', '/staff/board');
  await colleague.locator('[data-board-list]').getByText(STAIRS).waitFor();
  const page = await street.signedIn('zhiban2', '/staff/board');
  await page.locator('[data-board-list]').getByText(STAIRS).click();
  await page.locator('.panel', { hasText: STAIRS }).locator('.el-select__selected-item').first().waitFor();
  await street.shot(page, 'desk-board');
  await page.keyboard.press('Enter');
  await page.locator('.link-card .pin').waitFor();
  assert.match(await page.locator('.link-card .pin').innerText(), /^\d{6}$/);
  await street.shot(page, 'desk-board-link');
  await colleague.locator('[data-board-list]').getByText(STAIRS).waitFor({ state: 'detached' });
  assert.equal((await item(first)).state, 'to_sign');

  // the hand went on to another case, and j k move it
  const marked = page.locator('[data-board-list] [aria-current=true]');
  await until('the next case to be marked', async () => !(await marked.innerText()).includes(STAIRS));
  const now = await marked.innerText();
  await page.keyboard.press('k');
  await until('the row above', async () => (await marked.innerText()) !== now);
  await page.keyboard.press('o');
  await page.waitForURL(/\/staff\/cases\/\d+/);
  await colleague.context().close();
  await page.context().close();
});

test('a number is looked up for a purpose, and the look-up is written down', async () => {
  const id = await filed(STAIRS, { contact: { name: '顾晓雯', telephone: '13812347788' } });
  await open(desk, id);
  await desk.getByText('138****7788').waitFor();
  assert.doesNotMatch(await main(desk), /顾晓雯|13812347788/);
  await desk.getByRole('button', { name: '查看完整号码' }).click();
  await dialogOf(desk).getByText('约上门或到现场').click();
  await street.shot(desk, 'desk-reveal');
  await say(desk, '查看并留痕');
  await desk.getByText('13812347788').waitFor();
  await desk.getByText('本次查看已留痕').waitFor();
  assert.match(await main(desk), /顾晓雯/);

  await desk.goto(`${street.base}/staff/print/order/${id}`);
  await desk.getByText('处置工单').waitFor();
  await desk.getByText(STAIRS).first().waitFor();
  assert.doesNotMatch(await desk.locator('body').innerText(), /顾|138\*|1381/);
});

test('signed for and reported on behalf of a firm that was telephoned, and closed with its outcome', async () => {
  const id = await dispatched(STAIRS, 'wuye-3');
  await open(desk, id);
  await say(desk, '代签收');
  await dialogOf(desk).getByRole('button', { name: '签收' }).and(desk.locator(':disabled')).waitFor();
  await dialogOf(desk).getByLabel('联系了谁').fill('值班经理 老陈');
  await street.shot(desk, 'desk-sign-for');
  await dialogOf(desk).getByRole('button', { name: '签收' }).click();
  await desk.getByText('由中心代办，已电话联系值班经理 老陈').waitFor();
  await say(desk, '代报结果');
  const dialog = dialogOf(desk);
  await dialog.getByLabel('做了什么').fill('纸箱已清走，和住户说好不再堆');
  await dialog.getByText('已解决', { exact: true }).click();
  await dialog.getByLabel('联系了谁').fill('值班经理 老陈');
  await dialog.getByText('还缺：照片').waitFor();
  await attach(desk, dialog);
  await street.shot(desk, 'desk-report-for');
  await dialog.getByRole('button', { name: '报处置结果' }).click();
  await desk.getByText('已报结果，下一步核查').waitFor();
  await desk.getByRole('button', { name: '核查', exact: true }).click();
  await dialogOf(desk).getByText('办好了', { exact: true }).click();
  await dialogOf(desk).getByRole('button', { name: '核查' }).click();
  await desk.getByText('核查通过，下一步结案').waitFor();
  await desk.getByRole('button', { name: '结案', exact: true }).click();
  await until('the outcome that the firm reported', () => dialogOf(desk).getByRole('radio', { name: '已解决' }).isChecked());
  await street.shot(desk, 'desk-close');
  await dialogOf(desk).getByRole('button', { name: '结案' }).click();
  await desk.getByText('已结案，报告人会看到答复').waitFor();

  // the reporter is telephoned: not solved, so it goes round again
  await say(desk, '记回访');
  await dialogOf(desk).getByText('没解决', { exact: true }).click();
  await dialogOf(desk).getByText('不满意', { exact: true }).click();
  await dialogOf(desk).getByLabel('报告人怎么说').fill('第二天又堆上了');
  await dialogOf(desk).getByRole('button', { name: '记回访' }).click();
  await desk.getByText('已转回访整改').waitFor();
  await say(desk, '整改安排');
  await dialogOf(desk).getByText('重新办', { exact: true }).click();
  await dialogOf(desk).getByLabel('怎么安排、为什么').fill('平安办一起上门，装隔断');
  await dialogOf(desk).getByRole('button', { name: '整改安排' }).click();
  await until('the case to go round again', async () => (await item(id)).state === 'to_dispatch');
  await desk.getByText('第二天又堆上了').waitFor();
  await street.shot(desk, 'desk-again');
});

test('a unit sends back what is not its own, and says why; the desk declines what nobody can do', async () => {
  const id = await dispatched('垃圾投放点离窗太近', 'guanli');
  const section = await street.signedIn('guanli');
  await open(section, id);
  await say(section, '退回');
  await say(section, '应由其他部门主办');
  await street.shot(section, 'desk-bounce');
  await dialogOf(section).getByRole('button', { name: '退回', exact: true }).click();
  await section.getByText('已办好，下一步派遣').waitFor();
  const returned = await item(id);
  assert.deepEqual([returned.state, returned.returns], ['to_dispatch', 1]);
  assert.match(returned.timeline.at(-1).text, /应由其他部门主办/);
  await section.context().close();

  const other = await street.report(desk, { class: 'R01-05', place: estate, text: '物业费纠纷，法院已经立案' });
  await open(desk, other.id);
  await say(desk, '不予受理');
  await dialogOf(desk).getByLabel('理由').fill('已进入诉讼，请等法院判决；可拨 12348 咨询');
  await dialogOf(desk).getByRole('button', { name: '不予受理' }).click();
  await desk.getByText('已不予受理，报告人会看到原因').waitFor();
  await desk.getByRole('tab', { name: '报告人看到的' }).click();
  await desk.getByText('已进入诉讼').first().waitFor();
  await street.shot(desk, 'desk-declined');
});

test('a unit that helps says that its part is done, on the desk and on the phone', async () => {
  const id = await filed(STAIRS);
  const { units } = await street.ask(desk, '/api/v1/units');
  const named = (code) => units.find((one) => one.code === code).id;
  await street.take(desk, id, { step: 'dispatch', unit: named('wuye-3'), assists: [named('pingan'), named('zizhi')] });
  const safety = await street.signedIn('pingan');
  await open(safety, id);
  await say(safety, '协办完成');
  await dialogOf(safety).getByLabel('协办做了什么').fill('已当面告知消防要求');
  await dialogOf(safety).getByRole('button', { name: '报协办完成' }).click();
  await safety.getByText('协办已完成').waitFor();
  await street.shot(safety, 'desk-assist');

  const phone = await street.worker('zizhi');
  await phone.goto(`${street.base}/field/task/${id}`);
  await phone.locator('textarea').fill('楼组长已上门三户');
  await phone.getByRole('button', { name: '协办完成' }).click();
  await until('both parts to be done', async () =>
    (await item(id)).tasks.filter((task) => task.kind === 'assist').every((task) => task.state === 'done'));
  await street.shot(phone, 'field-assist');
  await safety.context().close();
  await phone.context().close();
});

test('a section signs, handles with a photo and hands in on the phone', async () => {
  const id = await dispatched('楼道灯坏了，梯子挡在三楼', 'guanli');
  const phone = await street.worker('guanli');
  await phone.goto(`${street.base}/field/`);
  await phone.getByText('楼道灯坏了').first().click();
  await phone.getByRole('button', { name: '签收' }).click();
  await phone.locator('textarea').fill('梯子已移走，灯已换');
  await phone.getByRole('button', { name: '办好了，提交' }).click();
  await phone.getByText('请拍一张办好后的照片').waitFor();
  await attach(phone);
  await street.shot(phone, 'field-handle');
  await phone.getByRole('button', { name: '办好了，提交' }).click();
  await phone.getByRole('heading', { name: '已提交' }).or(phone.getByText('网格员会来核查')).first().waitFor();
  const now = await item(id);
  assert.deepEqual([now.state, now.outcome, now.photos], ['to_check', 'solved', 1]);
  await phone.context().close();
});

test('a note with a photo stays inside, a word to the reporter goes out, and the leader answers a question', async () => {
  const id = await filed(STAIRS);
  await open(desk, id);
  await desk.getByLabel('备注内容').fill('消防通道只剩六十厘米');
  await say(desk, '加照片');
  await attach(desk, desk.locator('.composer'));
  await desk.getByText('请领导批示').click();
  await street.shot(desk, 'desk-note');
  await say(desk, '记下');
  await desk.getByText('已记下，只有内部看得到').waitFor();
  await desk.getByText('回复报告人').click();
  await desk.getByLabel('备注内容').fill('物业明天上午来清');
  await say(desk, '发给报告人');
  await desk.getByText('已发，报告人看得到').waitFor();
  await desk.getByRole('tab', { name: '报告人看到的' }).click();
  await desk.getByText('物业明天上午来清').waitFor();
  assert.doesNotMatch(await desk.locator('.public').innerText(), /六十厘米/);

  const leader = await street.signedIn('lingdao', '/staff/morning');
  const waiting = leader.locator('#group-leader').getByText(STAIRS).first();
  await waiting.waitFor();
  await open(leader, id);
  await leader.getByText('请领导批示').first().waitFor();
  await leader.getByLabel('备注内容').fill('平安办牵头，今天清完');
  await leader.getByText('作为批示').click();
  await say(leader, '记下');
  await leader.getByText('领导已批示').waitFor();
  await desk.getByRole('tab', { name: '经过' }).click();
  await desk.getByText('平安办牵头，今天清完').waitFor(); // came by itself
  assert.equal((await item(id)).leader_waiting, false);
  await leader.context().close();
});

test('a list is taken out as CSV and XLSX, with the rows of its filter', async () => {
  await desk.goto(`${street.base}/staff/cases?filter=state:open`);
  await desk.getByRole('heading', { level: 2, name: /^\d+ 件$/ }).waitFor();
  const count = Number((await desk.getByRole('heading', { level: 2 }).innerText()).match(/\d+/)[0]);
  for (const format of ['CSV', 'XLSX']) {
    const coming = desk.waitForEvent('download');
    await desk.getByRole('link', { name: `导出 ${format}` }).click();
    const file = await coming;
    assert.match(file.suggestedFilename(), new RegExp(`\\.${format.toLowerCase()}$`));
    const bytes = readFileSync(await file.path());
    if (format === 'CSV') {
      const lines = bytes.toString('utf8').trim().split(/\r?\n(?=SP-)/);
      assert.equal(lines.length - 1, count);
      assert.doesNotMatch(bytes.toString('utf8'), /1[3-9]\d{9}/);
    } else {
      assert.equal(bytes.subarray(0, 2).toString(), 'PK');
    }
  }
});

test('a password is changed, and the old one opens nothing any more', async () => {
  const page = await street.signedIn('shouli2');
  await page.goto(`${street.base}/staff/password`);
  const change = async (next) => {
    await page.getByLabel('现在的密码').fill(PASSWORD);
    await page.getByLabel('新密码', { exact: true }).fill(next);
    await page.getByLabel('再输一遍新密码').fill(next);
    await say(page, '改密码');
  };
  await change('short');
  await page.getByRole('alert').waitFor();
  await street.shot(page, 'desk-password');
  await change('Xiangsi-Shu-2027');
  await page.getByText('密码已改').waitFor();
  await page.context().clearCookies();
  await page.goto(`${street.base}/staff/sign-in`);
  const enter = async (password) => {
    await page.locator('#login').fill('shouli2');
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
  };
  await enter(PASSWORD);
  await page.getByRole('alert').waitFor();
  await enter('Xiangsi-Shu-2027');
  await page.waitForURL(/morning/);
  await page.context().close();
});

test('somebody was quicker: the desk is told, keeps what was written, and may go on', async () => {
  const { id } = await street.report(desk, { class: 'R01-05', place: estate, text: '物业费怎么涨的，要个说法' });
  await open(desk, id);
  await say(desk, '不予受理');
  await dialogOf(desk).getByLabel('理由').fill('价格由业主大会定，请找业委会');
  await street.take(desk, id, { step: 'file', class: 'R01-05', condition: 1 });
  await dialogOf(desk).getByRole('button', { name: '不予受理' }).click();
  await dialogOf(desk).getByRole('alert').waitFor();
  await street.shot(desk, 'desk-stale');
  assert.match(await dialogOf(desk).getByLabel('理由').inputValue(), /业主大会/);
  assert.equal((await item(id)).state, 'to_dispatch');
});

test('without the server the page says so, keeps the form, and comes back by itself', async () => {
  const page = await street.signedIn('zhiban3', '/staff/intake');
  await page.locator('#intake-text').fill('服务器断了也不能丢的话');
  await page.locator('#intake-address').fill('鞍山路 310 弄');
  await page.context().setOffline(true);
  await page.keyboard.press('F9');
  await page.getByText('连不上服务器').first().waitFor();
  await street.shot(page, 'desk-offline');
  assert.equal(await page.locator('#intake-text').inputValue(), '服务器断了也不能丢的话');
  await page.context().setOffline(false);
  await page.keyboard.press('F9');
  await page.getByText('已受理', { exact: true }).waitFor();
  await page.route('**/api/v1/cases?**', (route) => route.abort());
  await page.goto(`${street.base}/staff/cases?filter=state:open`);
  await page.getByText('连不上服务器').first().waitFor();
  await street.shot(page, 'desk-away');
  await page.unroute('**/api/v1/cases?**');
  await say(page, '再试一次');
  await page.locator('tbody tr').first().waitFor();
  await page.context().close();
});

test('the keyboard alone: search, open a case, take its step', async () => {
  const id = await filed('钥匙柜旁的楼道堆物');
  await desk.goto(`${street.base}/staff/morning`);
  await desk.locator('h1').waitFor();
  await desk.keyboard.press('Control+k');
  await desk.getByRole('dialog').locator('input:focus').waitFor();
  await desk.keyboard.type('钥匙柜');
  await dialogOf(desk).getByText('钥匙柜旁的楼道堆物').waitFor();
  await street.shot(desk, 'desk-search');
  await desk.keyboard.press('ArrowDown');
  await desk.keyboard.press('Enter');
  await desk.waitForURL(new RegExp(`/cases/${id}$`));
  await desk.getByRole('button', { name: '派遣', exact: true }).press('Enter');
  await dialogOf(desk).locator('.el-select__selected-item').first().waitFor();
  await dialogOf(desk).getByLabel('交代一句').press('Escape');
  await dialogOf(desk).waitFor({ state: 'detached' });
  assert.equal(await desk.evaluate(() => document.activeElement.textContent.trim()), '派遣');
  await desk.keyboard.press('Enter');
  await dialogOf(desk).getByLabel('交代一句').press('Control+Enter');
  await until('the dispatch', async () => (await item(id)).state === 'to_sign');
  await desk.locator('.link-card .pin').waitFor();
  await street.shot(desk, 'desk-case-link');
});

test('nothing broke on the way', () => {
  assert.deepEqual(street.faults, []);
});
