// SPDX-License-Identifier: Apache-2.0
// A served demonstration of a few hundred cases and people with browsers, for the journeys beside this file.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const { chromium, devices } = createRequire(join(ROOT, 'ui/package.json'))('playwright-core');
const PROGRAM = process.env.LINLI_PROGRAM ?? join(ROOT, 'build/release/linli');
const SHOTS = join(ROOT, 'tests/browser/shots');
export const PASSWORD = 'Linli-2026';
export const ORDERS = join(ROOT, 'catalogue/demo/orders-sample.xlsx');

function freePort() {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export async function until(what, test, seconds = 20) {
  for (let i = 0; i < seconds * 20; i++) {
    if (await test()) {
      return;
    }
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

export class Street {
  static async open(cases = 300) {
    const street = new Street();
    street.folder = mkdtempSync(join(tmpdir(), 'linli-browser-'));
    const data = join(street.folder, 'data');
    execFileSync(PROGRAM, ['demo', '--data', data, '--cases', String(cases), '--catalogue', join(ROOT, 'catalogue')], {
      stdio: 'ignore',
    });
    street.base = `http://127.0.0.1:${await freePort()}`;
    street.data = data;
    await street.serve();
    street.browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    mkdirSync(SHOTS, { recursive: true });
    street.faults = [];
    return street;
  }

  async serve(env = {}) {
    this.server = spawn(
      PROGRAM,
      ['serve', '--data', this.data, '--listen', this.base.slice(7), '--quiet', '--map', join(ROOT, 'catalogue/demo/map.geojson')],
      { stdio: 'ignore', env: { ...process.env, ...env } },
    );
    await until('the server', () => fetch(this.base + '/healthz').then((r) => r.ok, () => false));
  }

  async stop() {
    const gone = new Promise((done) => this.server.once('exit', done));
    this.server.kill('SIGTERM');
    await gone;
  }

  /* The server again, with its clock so many days on. */
  async passDays(days) {
    await this.stop();
    await this.serve({ LD_PRELOAD: join(dirname(PROGRAM), 'tests/libmoved_clock.so'), MOVED_CLOCK_S: String(days * 86400) });
  }

  async close() {
    await this.browser?.close();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async page(options) {
    const context = await this.browser.newContext({ locale: 'zh-CN', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    page.on('request', (r) => {
      if (!r.url().startsWith(this.base) && !/^(data|blob):/.test(r.url())) {
        this.faults.push(`asks somebody else: ${r.url()}`);
      }
    });
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('response', (r) => {
      if (r.status() >= 500) {
        this.faults.push(`${r.status()} ${r.url()}`);
      }
    });
    return page;
  }

  phone(options = {}) {
    return this.page({ ...devices['Pixel 7'], ...options });
  }

  async signedIn(login, path = '/staff/', options = { viewport: { width: 1440, height: 900 } }) {
    const page = await this.page(options);
    await page.goto(this.base + path);
    const [name, password] = [page.locator('input').nth(0), page.locator('input').nth(1)];
    await name.fill(login);
    await password.fill(PASSWORD);
    await password.press('Enter');
    await page.waitForFunction(() => !location.pathname.includes('sign-in'));
    return page;
  }

  worker(login) {
    return this.signedIn(login, '/field/', { ...devices['Pixel 7'] });
  }

  shot(page, name) {
    return page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  // Asks the API with the page's own session.
  ask(page, path) {
    return page.evaluate((p) => fetch(p).then((r) => r.json()), path);
  }

  // Tells the API something with the page's own session: for what lies before the scene.
  async tell(page, path, body) {
    const { status, answer } = await page.evaluate(
      async ([to, what]) => {
        const { csrf } = await (await fetch('/api/v1/session')).json();
        const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, 'Idempotency-Key': crypto.randomUUID() };
        const got = await fetch(to, { method: 'POST', body: JSON.stringify(what), headers });
        return { status: got.status, answer: await got.json() };
      },
      [path, body],
    );
    if (status >= 400) {
      throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    }
    return answer;
  }

  report(page, matter) {
    return this.tell(page, '/api/v1/cases', { procedure: 'request', channel: 'telephone', photos: [], ...matter });
  }

  async take(page, id, ...steps) {
    const { last_event: seen } = await this.ask(page, `/api/v1/cases/${id}`);
    return this.tell(page, `/api/v1/cases/${id}/steps`, { seen, steps });
  }
}

// Chooses a photo and waits until it has gone up.
export async function attach(page, within = page) {
  const gone = page.waitForResponse((r) => r.url().includes('/uploads'));
  await within.locator('input[type=file]').last().setInputFiles(await photo(page));
  const status = (await gone).status();
  if (status !== 201) {
    throw new Error(`upload: ${status}`);
  }
  await within.locator('[role=status]', { hasText: /^\s*(正在(传|上传)|Sending|Uploading)\s*$/ }).waitFor({ state: 'detached' });
}

// A photo of nothing in particular, drawn by the page's own browser.
export async function photo(page) {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 800;
    canvas.height = 600;
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#8a8f86';
    pen.fillRect(0, 0, 800, 600);
    pen.fillStyle = '#2c3230';
    pen.fillRect(250, 220, 300, 200);
    return canvas.toDataURL('image/jpeg', 0.9);
  });
  return { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(url.split(',')[1], 'base64') };
}
