// SPDX-License-Identifier: Apache-2.0
// A case goes on in another office: the shift leader hands it over at the desk, the other office sees it with its photo, and the
// resident follows it there with the link that she has. Desk and phone, both languages, light and dark.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { look } from './look.mjs';
import { Street, until } from './street.mjs';

const ROOT = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const PROGRAM = process.env.LINLI_PROGRAM ?? join(ROOT, 'build/release/linli');
const DESK = { viewport: { width: 1440, height: 900 }, bypassCSP: true };
const WAYS = {
  'phone, Chinese': { viewport: { width: 390, height: 844 } },
  'phone, dark, English': { viewport: { width: 390, height: 844 }, dark: true, english: true },
  'large type at 320 px, dark': { viewport: { width: 320, height: 740 }, large: true, dark: true },
  'desk, English': { viewport: { width: 1280, height: 900 }, english: true },
};
const WORDS = '密云路西侧路灯不亮';
const WHY = '该路段属北街道管辖，请接续办理';
let street;
let mine; // what the resident was answered

/* A second office of the same people, nb. before their names, as if each had chosen the demonstration's password. */
function addOffice(data, folder) {
  const files = join(folder, 'files');
  cpSync(join(ROOT, 'catalogue/demo'), files, { recursive: true });
  const accounts = readFileSync(join(files, 'accounts.csv'), 'utf8').split('\n');
  writeFileSync(join(files, 'accounts.csv'), accounts.map((row, i) => (i === 0 || !row ? row : `nb.${row}`)).join('\n'));
  execFileSync(PROGRAM, ['office', 'add', '--data', data, '--office', 'NB', '--name', '北街道', '--name-en', 'North Street',
    '--telephone', '021-11111111', '--files', files]);
  const same = 'UPDATE credentials SET must_change = 0, password = (SELECT password FROM credentials ORDER BY account LIMIT 1)';
  execFileSync('python3', ['-c', `import sqlite3; db = sqlite3.connect(${JSON.stringify(join(data, 'linli.db'))}); db.execute(${JSON.stringify(same)}); db.commit()`]);
}

/* A grey photo of 64 by 48. */
function photo() {
  const chunk = (kind, data) => {
    const [size, sum, body] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.concat([Buffer.from(kind), data])];
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.from([0, 0, 0, 64, 0, 0, 0, 48, 8, 0, 0, 0, 0]);
  const rows = Buffer.concat(Array.from({ length: 48 }, (_, y) => Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 60 + 3 * y)])));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

async function report() {
  const base = `${street.base}/api/v1/public`;
  const kept = await fetch(`${base}/uploads`, { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: photo() });
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'mine' };
  const body = { class: 'P01-037', text: WORDS, photos: [(await kept.json()).id], contact: { name: '张阿姨', telephone: '13800001234' } };
  return (await fetch(`${base}/reports`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

before(async () => {
  street = await Street.open(30);
  await street.stop();
  addOffice(street.data, street.folder);
  await street.serve();
  mine = await report();
});
after(async () => {
  await street?.close();
});

const at = (login, more = {}) => street.signedIn(login, '/staff/', { ...DESK, ...more });

test('the dialog asks for the office and the reason, and says that it went', async () => {
  const page = await at('zhiban');
  const { items } = await street.ask(page, '/api/v1/cases?filter=');
  await page.goto(`${street.base}/staff/cases/${items.find((one) => one.number === mine.number).id}`);
  await page.getByRole('button', { name: '移交其他街道' }).click();
  const dialog = page.locator('.el-dialog');
  await dialog.getByText('北街道').waitFor();
  assert.ok(await dialog.getByRole('button', { name: '移交其他街道' }).isDisabled());
  await dialog.getByText('北街道').click();
  await dialog.locator('textarea').fill(WHY);
  await look(page, 'the dialog');
  await street.shot(page, 'hand-over-dialog');
  await dialog.getByRole('button', { name: '移交其他街道' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('已移交', { exact: false }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: '移交其他街道' }).count(), 0);
  await page.context().close();
});

test('in the other office it stands with words, photo and where it came from', async () => {
  const page = await at('nb.zhiban', { colorScheme: 'dark' });
  let items = [];
  await until('its arrival', async () => {
    ({ items } = await street.ask(page, '/api/v1/cases?filter='));
    return items.length > 0;
  });
  await page.goto(`${street.base}/staff/cases/${items[0].id}`);
  await page.getByText(`由四平路街道移交，原编号：${mine.number}`).waitFor();
  await page.getByText(WHY).first().waitFor();
  const picture = page.locator('img[src*="/attachments/"]').first();
  await picture.scrollIntoViewIfNeeded();
  await until('the photo', () => picture.evaluate((img) => img.complete && img.naturalWidth > 0));
  await look(page, 'the case in the other office');
  await street.shot(page, 'hand-over-there');
  await page.context().close();
});

for (const [name, way] of Object.entries(WAYS)) {
  test(`the resident follows it with her link: ${name}`, async () => {
    const { dark, english, large, ...options } = way;
    const page = await street.page({ ...options, bypassCSP: true });
    await page.addInitScript(
      ([isLarge, isDark, isEnglish]) => {
        localStorage.setItem('linli.large', isLarge ? 'yes' : 'no');
        localStorage.setItem('linli.theme', isDark ? 'dark' : 'light');
        localStorage.setItem('linli.language', isEnglish ? 'en' : 'zh-CN');
      },
      [large, dark, english],
    );
    await page.goto(`${street.base}/t/${mine.token}`);
    await page.locator('.line .step').nth(2).waitFor();
    const text = await page.locator('main').innerText();
    assert.ok(text.includes(mine.number), 'the number of the receipt');
    assert.match(text, english ? /North Street goes on with it, as number NB-/ : /现由北街道继续办理，那里的编号是 NB-/);
    assert.ok(!text.includes(WHY), 'the reason is for colleagues');
    assert.equal(await page.locator('a[href="tel:021-11111111"]').count(), 1);
    await look(page, name);
    await street.shot(page, `hand-over-track-${name.replace(/[^a-z0-9]+/gi, '-')}`);
    await page.context().close();
  });
}

test('what she adds reaches those who have it now', async () => {
  const page = await street.page({ viewport: { width: 390, height: 844 }, bypassCSP: true });
  await page.goto(`${street.base}/t/${mine.token}`);
  await page.getByRole('button', { name: '补充一句' }).first().click();
  await page.locator('textarea').fill('昨晚还是不亮');
  await page.locator('form button[type=submit]').click();
  await page.getByText('昨晚还是不亮').waitFor();
  await page.context().close();
  const there = await at('nb.zhiban');
  const { items } = await street.ask(there, '/api/v1/cases?filter=');
  await there.goto(`${street.base}/staff/cases/${items[0].id}`);
  await there.getByText('昨晚还是不亮').first().waitFor();
  await there.context().close();
  assert.deepEqual(street.faults, []);
});
