// SPDX-License-Identifier: Apache-2.0
// The phones of residents, units and grid workers: every page is reachable for everybody (axe, 320 px, 200 %, keyboard),
// in both languages, light and dark, normal and large type; and it says what to do when something is wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { look } from './look.mjs';
import { Street, photo } from './street.mjs';

const WAYS = {
  'as it comes': { width: 390 },
  'dark, in English': { width: 390, dark: true, english: true, some: true },
  'large type at 320 px': { width: 320, large: true, some: true },
  'large type at 320 px, dark, in English': { width: 320, large: true, dark: true, english: true },
};
const SOME = ['/', '/report?step=3', '/find']; // pages that hold each kind of part; `some` looks at these alone

let street;
let token; // of a resident's matter
before(async () => {
  street = await Street.open(120);
  const page = await street.phone();
  await page.goto(street.base + '/');
  token = await page.evaluate(async () => {
    const body = { class: 'W06-042', text: '垃圾桶翻了', address: '彰武路 45 号', photos: [], contact: { telephone: '13800001234' } };
    const answer = await fetch('/api/v1/public/reports', {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
    });
    return (await answer.json()).token;
  });
});
after(async () => {
  await street?.close();
});

const main = (page) => page.locator('main').innerText();
const go = (page) => page.locator('form button[type=submit]').click();

async function person({ width, height = 740, large, dark, english }, worker) {
  const options = { viewport: { width, height }, hasTouch: true, isMobile: true, bypassCSP: true };
  const page = worker ? await street.signedIn('wangge1', '/field/', options) : await street.page(options);
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

for (const [name, way] of Object.entries(WAYS)) {
  test(`residents' pages, ${name}`, async () => {
    const page = await person(way);
    const steps = {
      '/': null,
      '/report': null,
      '/report?step=2': async () => {
        await page.locator('button[aria-expanded]').click();
        await page.locator('.leaflet-container').waitFor();
        await page.locator('input[type=search]').fill(way.english ? 'Anshan' : '鞍山');
        await page.locator('.pick').first().waitFor();
      },
      '/report?step=3': async () => {
        await page.locator('textarea').fill('垃圾房满了好几天');
        await page.locator('input[type=radio]').first().waitFor();
        await page.locator('input[type=tel]').fill('138');
        await go(page);
      },
      [`/t/${token}`]: () => page.locator('ol li').first().waitFor(),
      [`/t/${token}/sent`]: () => page.locator('figure img').waitFor(),
      [`/t/${token}/rate`]: () => page.locator('main .card').first().waitFor(),
      '/t/unknown': () => page.locator('[role=alert]').waitFor(),
      '/find': () => go(page),
      '/l/unknown': () => page.locator('[role=alert]').waitFor(),
      '/nowhere': null,
    };
    for (const [path, act] of Object.entries(steps)) {
      if (way.some && !SOME.includes(path)) {
        continue;
      }
      await page.goto(street.base + path);
      await page.locator('main > *').first().waitFor();
      await act?.();
      await look(page, path);
    }
    await street.shot(page, `phones-${name.replaceAll(/[^a-z0-9]+/g, '-')}`);
    await page.context().close();
  });
}

for (const name of ['as it comes', 'dark, in English']) {
  test(`grid workers' pages, ${name}`, async () => {
    const page = await person({ ...WAYS[name], width: 320 }, true);
    for (const path of ['/field/', '/field/report', '/field/mine', '/field/password']) {
      await page.goto(street.base + path, { waitUntil: 'networkidle' });
      await page.locator('h1').waitFor();
      await look(page, path);
    }
    await page.goto(street.base + '/field/', { waitUntil: 'networkidle' });
    if ((await page.locator('.go').count()) > 0) {
      await page.locator('.go').click();
      await page.locator('main h2').first().waitFor();
      await look(page, 'a task');
    }
    await page.context().close();
  });
}

test('at 200 % on a small screen the button does not cover the form', async () => {
  const page = await person({ width: 320, height: 400 });
  await page.goto(street.base + '/report?step=3', { waitUntil: 'networkidle' });
  const place = await page.locator('.act').evaluate((act) => getComputedStyle(act).position);
  assert.equal(place, 'static');
  await look(page, '200 %');
  await page.context().close();
});

test('a report is written with the keyboard alone', async () => {
  const page = await street.page({ viewport: { width: 390, height: 844 } });
  await page.goto(street.base + '/report', { waitUntil: 'networkidle' });
  const tabTo = async (selector) => {
    for (let i = 0; i < 40; i++) {
      if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) {
        return;
      }
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab never came to ${selector}`);
  };
  await tabTo('form button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/step=2/);
  await tabTo('input[type=search]');
  await page.keyboard.type('鞍山五');
  await page.locator('.pick').first().waitFor();
  await page.keyboard.press('Enter');
  await tabTo('form button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/step=3/);
  await tabTo('textarea');
  await page.keyboard.type('路灯坏了三天不亮');
  await page.locator('input[type=radio]').first().waitFor();
  await tabTo('input[type=radio]');
  await page.keyboard.press('ArrowDown');
  await tabTo('form button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/step=4/);
  await tabTo('form button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/sent/);
  await page.getByText('收到了，我们来办').waitFor();
  await page.goto(street.base + '/');
  await page.locator('.matter').first().waitFor();
  await page.context().close();
});

test('what is missing is said where it is missing, and what was written survives a lost page', async () => {
  const page = await street.phone();
  await page.goto(street.base + '/report?step=4');
  await go(page);
  await page.waitForURL(/step=2/);
  await page.getByText('三样有一样就行').waitFor();
  await page.locator('input').last().fill('密云路 454 弄 3 号楼');
  await go(page);
  await page.waitForURL(/step=3/);
  await page.locator('textarea').fill('楼道灯不亮');
  await page.reload();
  await page.getByText('上次没写完的内容还在').waitFor();
  assert.equal(await page.locator('textarea').inputValue(), '楼道灯不亮');
  await page.context().close();
});

test('without a network nothing is lost, and the page says so', async () => {
  const page = await street.phone();
  await page.goto(street.base + '/find', { waitUntil: 'networkidle' });
  await page.locator('input').nth(0).fill('SP-C-20261122-0001-4');
  await page.locator('input').nth(1).fill('1234');
  await page.context().setOffline(true);
  await go(page);
  await page.getByText('没有网络').waitFor();
  assert.equal(await page.locator('input').nth(1).inputValue(), '1234');
  await page.context().close();

  const worker = await street.worker('wangge1');
  await worker.goto(street.base + '/field/report', { waitUntil: 'networkidle' });
  await worker.context().setOffline(true);
  await worker.getByText('现在交不上去').waitFor();
  await worker.context().setOffline(false);
  await worker.getByText('现在交不上去').waitFor({ state: 'detached' });
  await worker.context().close();
});

test('a grid worker puts a trifle right at once, with a photo before and one after', async () => {
  const page = await street.worker('wangge1');
  await page.goto(street.base + '/field/report', { waitUntil: 'networkidle' });
  await page.getByRole('switch', { name: '我当场处理了' }).check();
  await page.getByRole('button', { name: '上报，已当场处理' }).click();
  for (const words of ['请拍一张现场照片', '请选是什么问题', '请说明在哪里', '处理后的照片', '怎么处理的']) {
    await page.locator('.wrong', { hasText: words }).first().waitFor();
  }
  for (const input of [0, 2]) {
    const gone = page.waitForResponse((r) => r.url().includes('/uploads'));
    await page.locator('input[type=file]').nth(input).setInputFiles(await photo(page));
    assert.equal((await gone).status(), 201);
  }
  await page.locator('input[type=search]').first().fill('占道');
  await page.locator('.chip').first().click();
  await page.locator('textarea').last().fill('请店主收回外摆货品');
  await page.locator('input[maxlength="200"]').fill('四平路 1239 号');
  await page.getByRole('button', { name: '上报，已当场处理' }).click();
  await page.getByText('已上报，当场处理好').waitFor();
  const number = (await main(page)).match(/SP-C-\d{8}-\d{4}-[\dX]/)[0];
  const desk = await street.signedIn('zhiban');
  const found = (await street.ask(desk, `/api/v1/cases?filter=number:${number}`)).items[0];
  assert.equal(found.state, 'to_close');
  assert.equal(found.photos, 2);
  await page.context().close();
  await desk.context().close();
});

test('residents read no words of the trade', async () => {
  const page = await street.phone();
  for (const path of ['/', '/report', `/t/${token}`, `/t/${token}/sent`, '/find']) {
    await page.goto(street.base + path, { waitUntil: 'networkidle' });
    assert.doesNotMatch(await page.locator('body').innerText(), /流转|处置|派遣|核查|部件/, path);
  }
  await page.context().close();
});

test('nothing broke on the way', () => {
  assert.deepEqual(street.faults, []);
});
