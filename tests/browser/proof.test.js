// SPDX-License-Identifier: Apache-2.0
// A resident keeps a receipt; when midnight has passed there is a proof, which holds without us, and a list of roots to
// print. On phone and desk, in both languages, light and dark, at 320 px with large type.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { look } from './look.mjs';
import { Street, until } from './street.mjs';

const CHECKER = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../docs/check_proof.py');
const WAYS = {
  'phone, Chinese': { viewport: { width: 390, height: 844 } },
  'phone, dark, English': { viewport: { width: 390, height: 844 }, dark: true, english: true },
  'large type at 320 px': { viewport: { width: 320, height: 740 }, large: true },
  'large type at 320 px, dark, English': { viewport: { width: 320, height: 740 }, large: true, dark: true, english: true },
  'desk, English': { viewport: { width: 1280, height: 900 }, english: true },
};

let street;
let mine; // what a resident was answered
before(async () => {
  street = await Street.open(60);
  mine = await (
    await fetch(street.base + '/api/v1/public/reports', {
      method: 'POST',
      body: JSON.stringify({ class: 'W06-042', text: '垃圾桶翻了', address: '彰武路 45 号', photos: [] }),
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'mine' },
    })
  ).json();
});
after(async () => {
  await street?.close();
});

async function person({ dark, english, large, ...options }) {
  const page = await street.page({ ...options, bypassCSP: true });
  await page.addInitScript(
    ([isLarge, isDark, isEnglish]) => {
      localStorage.setItem('linli.large', isLarge ? 'yes' : 'no');
      localStorage.setItem('linli.theme', isDark ? 'dark' : 'light');
      localStorage.setItem('linli.language', isEnglish ? 'en' : 'zh-CN');
    },
    [large, dark, english],
  );
  return page;
}
const main = (page) => page.locator('main').innerText();
const short = () => mine.entry.hash.slice(0, 16).match(/..../g).join(' ');
const names = Object.entries(WAYS);

test('before midnight there is a receipt, and the proof is said to come tomorrow', async () => {
  const page = await person(WAYS['phone, Chinese']);
  await page.goto(`${street.base}/t/${mine.token}/sent`);
  await page.locator('figure img').waitFor();
  assert.ok((await main(page)).includes(short()));
  const code = await page.locator('figure img').getAttribute('src');
  assert.ok(decodeURIComponent(code).endsWith(`/t/${mine.token}#${mine.entry.hash}`), code);
  await look(page, 'sent');
  await page.goto(`${street.base}/t/${mine.token}/proof`);
  await page.locator('main .notice').waitFor();
  assert.ok((await main(page)).includes('过了午夜才有证明'));
  await look(page, 'proof before midnight');
  await page.goto(`${street.base}/roots`);
  await page.locator('main .notice').waitFor();
  await look(page, 'no roots yet');
  await page.context().close();
});

test('the staff receipt carries the same fingerprint', async () => {
  const page = await street.signedIn('zhiban');
  const { items } = await street.ask(page, '/api/v1/cases?filter=');
  const { id } = items.find((one) => one.number === mine.number);
  await page.goto(`${street.base}/staff/print/receipt/${id}`);
  await page.locator('.track img').waitFor();
  assert.ok((await page.locator('.sheet').innerText()).includes(short()));
  assert.ok(decodeURIComponent(await page.locator('.track img').getAttribute('src')).includes(`#${mine.entry.hash}`));
  await street.shot(page, 'proof-receipt');
  await page.context().close();
});

test('midnight passes, and two days on which nobody comes', async () => {
  const roots = async () => (await (await fetch(street.base + '/api/v1/public/roots')).json()).roots;
  for (const days of [1, 3]) {
    await street.passDays(days);
    await until(`${days} roots`, async () => (await roots()).length === days);
  }
});

for (const [name, way] of names) {
  test(`tracking, proof and roots: ${name}`, async () => {
    const page = await person(way);
    const slug = name.replaceAll(/[^a-z0-9]+/gi, '-');
    for (const [path, wait] of [
      [`/t/${mine.token}#${mine.entry.hash}`, 'main .notice.ok'],
      [`/t/${mine.token}/proof`, 'main a[download]'],
      ['/roots', 'main table'],
    ]) {
      await page.goto(street.base + path);
      await page.locator(wait).first().waitFor();
      await look(page, `${name} ${path}`);
      await street.shot(page, `proof-${path.split(/[/#]/)[path.endsWith('proof') ? 3 : 1]}-${slug}`);
    }
    await page.context().close();
  });
}

test('a receipt of something else is noticed', async () => {
  const page = await person(WAYS['phone, Chinese']);
  await page.goto(`${street.base}/t/${mine.token}#${'0'.repeat(64)}`);
  await page.locator('main .notice.bad').waitFor();
  assert.ok((await main(page)).includes('和当初给你的指纹不一样'));
  await look(page, 'another fingerprint');
  await page.context().close();
});

test('the file that is downloaded holds against the list that was printed', async () => {
  const page = await person({ ...WAYS['phone, Chinese'], acceptDownloads: true });
  await page.goto(`${street.base}/roots`);
  await page.locator('main table').waitFor();
  const rows = await page.locator('tbody tr').allInnerTexts();
  const printed = join(street.folder, 'printed.txt');
  writeFileSync(printed, rows.map((row) => row.replaceAll(/\s+/g, ' ').trim()).join('\n'));
  await page.goto(`${street.base}/t/${mine.token}/proof`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('main a[download]').click()]);
  assert.equal(download.suggestedFilename(), `linli-proof-${mine.number}.json`);
  const file = await download.path();
  assert.ok(!readFileSync(file, 'utf8').includes('垃圾'));
  const said = execFileSync('python3', ['-I', CHECKER, file, printed, short()], { encoding: 'utf8' });
  assert.match(said, /The whole proof holds\./);
  await page.context().close();
});

test('nothing failed on the way, and nobody else was asked', () => {
  assert.deepEqual(street.faults, []);
});
