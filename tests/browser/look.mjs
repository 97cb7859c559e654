// SPDX-License-Identifier: Apache-2.0
// What every page must stand: axe finds nothing, and nothing sticks out at the right.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const UI = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../ui');
const AXE = readFileSync(createRequire(join(UI, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/* What is wrong with the page, one line each. */
export async function faultsOf(page, where) {
  await page.evaluate(AXE);
  const found = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
  const wrong = found.violations.map((one) => `${where}: ${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
  return [...wrong, ...(await stickingOut(page, where))];
}

/* Menus follow a window that changed its size a moment later; what still sticks out then does so for good. */
export async function stickingOut(page, where) {
  await page.waitForFunction(() => document.scrollingElement.scrollWidth <= innerWidth, null, { timeout: 2000 }).catch(() => undefined);
  const over = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
  return over > 0 ? [`${where}: ${over} px wider than the window`] : [];
}

export async function look(page, where) {
  assert.deepEqual(await faultsOf(page, where), []);
}
