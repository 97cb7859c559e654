// SPDX-License-Identifier: Apache-2.0
// A unit of many tasks looks for words that thousands of the office's texts have and only its oldest case: the page says how far back it
// has looked, does not look like "nothing found", and a button looks further.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { look } from './look.mjs';
import { Street, until } from './street.mjs';

const TEXTS = 40_000; // of one case of another unit; a page looks through 15,000
const FILL = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
texts, first, case = int(sys.argv[2]), *db.execute("SELECT (SELECT max(id) + 1 FROM words), (SELECT max(id) FROM cases)").fetchone()
unit, = db.execute("SELECT unit FROM accounts WHERE login = 'chengguan'").fetchone()
oldest, = db.execute("SELECT min(case_id) FROM tasks WHERE unit = ?", (unit,)).fetchone()
db.execute("DELETE FROM tasks WHERE unit = ? AND case_id = ?", (unit, case))
db.executemany("INSERT INTO tasks (id, office, case_id, kind, unit, grid, state, sent_at, due_at, signed_at, done_at, on_behalf, round) "
               "VALUES (?, 1, ?, 'lead', ?, 0, 'done', 1, 0, 0, 0, 0, 1)", [(10**9 + n, oldest, unit) for n in range(4100)])
rows = [(first, oldest)] + [(first + n, case) for n in range(1, texts)]
db.executemany("INSERT INTO words (id, office, event, field, subject, salt, text) VALUES (?, 1, 100000000 + ?1, 'text', ?2, x'00', '琉璃瓦掉了')", rows)
db.executemany("INSERT INTO search (rowid, grams) VALUES (?, '琉璃 璃瓦 瓦掉 掉了 p:0')", [(id,) for id, _ in rows])
db.commit()
`;

let street;
before(async () => {
  street = await Street.open(200);
  await street.stop();
  execFileSync('python3', ['-c', FILL, join(street.data, 'linli.db'), String(TEXTS)]);
  await street.serve();
});
after(async () => {
  await street?.close();
});

const path = (words, sort = 'newest') => `/staff/cases?sort=${sort}&filter=${encodeURIComponent(words)}`;
const speaks = (page, tongue, colours) =>
  page.evaluate(
    async ([language, theme]) => {
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      await fetch('/api/v1/session', { method: 'PATCH', headers, body: JSON.stringify({ language }) });
      localStorage.setItem('linli.theme', theme);
    },
    [tongue, colours],
  );
const main = (page) => page.locator('main').innerText();

for (const [language, theme, none, further, found, up, furtherUp] of [
  ['zh', 'light', /查到 .+ 为止，还没有找到/, '继续往前查', '1 件', /从最早查到 .+，找到 1 件/, '继续往后查'],
  ['en', 'dark', /Looked back to .+: nothing found yet/, 'Look further back', '1 case', /oldest up to .+: 1 found/, 'Look further on'],
]) {
  test(`a search that has not come to the end says how far it has come (${language})`, async () => {
    const page = await street.signedIn('chengguan');
    await speaks(page, language, theme);
    await page.goto(street.base + path('琉璃瓦'));
    await page.getByText(none).waitFor();
    assert.doesNotMatch(await main(page), /没有符合条件|No case matches/);
    await look(page, language);
    await street.shot(page, `look-further-${language}`);

    await page.getByRole('button', { name: further }).click(); // on to the next that fits, however many pages that is
    await until('the oldest case', async () => (await page.locator('main h2').first().innerText()).startsWith(found));
    assert.equal(await page.getByRole('button', { name: further }).count(), 0);
    assert.match(await main(page), /琉璃|SP-/);
    await street.shot(page, `look-further-found-${language}`);

    await page.goto(street.base + path('琉璃瓦', 'oldest')); // the oldest first: found at once, and there may be more
    await page.getByText(up).waitFor();
    await street.shot(page, `look-further-up-${language}`);
    await page.getByRole('button', { name: furtherUp }).click();
    await until('the end', async () => (await page.getByRole('button', { name: furtherUp }).count()) === 0);
    assert.ok((await page.locator('main h2').first().innerText()).startsWith(found));

    await page.goto(street.base + path('鹦鹉螺')); // what nobody wrote is known at once
    await page.getByText(/没有符合条件的办件|No case matches/).waitFor();
    await page.context().close();
  });
}

test('on a phone, and among the suggestions', async () => {
  const page = await street.signedIn('chengguan', '/staff/', { viewport: { width: 390, height: 800 } });
  await speaks(page, 'zh', 'light');
  await page.goto(street.base + path('琉璃瓦'));
  await page.getByText(/查到 .+ 为止，还没有找到/).waitFor();
  await look(page, 'phone');
  await street.shot(page, 'look-further-phone');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').fill('琉璃瓦');
  await page.getByText(/只查到 .+，回车继续往前查/).waitFor();
  await look(page, 'suggestions');
  await street.shot(page, 'look-further-suggestions');
  await page.context().close();
});

test('nothing failed on the way', () => {
  assert.deepEqual(street.faults, []);
});
