// SPDX-License-Identifier: Apache-2.0
// Builds the three applications into dist/, weighs them, and writes dist/manifest.json, which the server reads to
// embed them: every file with its media type, and for each page what its first visit loads.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { entries } from './entries.js';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
  '.json': 'application/json',
};
const gzipBytes = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) =>
    item.isDirectory() ? filesUnder(join(folder, item.name)) : [join(folder, item.name)],
  );
}

/* All that is loaded before the first route can show: the entry, what it imports at once, and their styles. */
function closure(manifest, key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) {
    return seen;
  }
  seen.add(chunk.file);
  (chunk.css ?? []).forEach((file) => seen.add(file));
  (chunk.imports ?? []).forEach((next) => closure(manifest, next, seen));
  return seen;
}

async function buildEntry(entry) {
  const result = await build({
    configFile: join(root, 'vite.config.js'),
    root,
    logLevel: 'warn',
    build: {
      outDir: dist,
      emptyOutDir: false,
      manifest: `${entry.name}.chunks.json`,
      rollupOptions: { input: join(root, `${entry.name}.html`) },
    },
  });
  void result;
  const manifestPath = join(dist, `${entry.name}.chunks.json`);
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
  rmSync(manifestPath);
  return weigh(entry, manifest);
}

function weigh(entry, manifest) {
  const kib = (file) => gzipBytes(join(dist, file)) / 1024;
  const page = `${entry.name}.html`;
  /* A page's own landing routes are named in entries.js, because they load in the same first visit. */
  const first = new Set([page, ...closure(manifest, page)]);
  (entry.landing ?? []).forEach((key) => closure(manifest, key).forEach((file) => first.add(file)));
  const heavy = [];
  const firstKib = [...first].reduce((sum, file) => sum + kib(file), 0);
  console.log(`${entry.name}: first load ${firstKib.toFixed(1)} KiB gzip (at most ${entry.first})`);
  if (firstKib > entry.first) {
    heavy.push(`${page} first load ${firstKib.toFixed(1)} > ${entry.first}`);
  }
  for (const [key, chunk] of Object.entries(manifest)) {
    if (!chunk.isDynamicEntry) {
      continue;
    }
    const own = [...closure(manifest, key)].filter((file) => !first.has(file));
    const size = own.reduce((sum, file) => sum + kib(file), 0);
    const limit = (entry.wide ?? {})[key] ?? entry.chunk;
    console.log(`  ${key}: ${size.toFixed(1)} KiB`);
    if (size > limit) {
      heavy.push(`${key} ${size.toFixed(1)} > ${limit}`);
    }
  }
  return { heavy, first: [...first] };
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const pages = {};
const heavy = [];
for (const entry of entries) {
  const weight = await buildEntry(entry);
  pages[entry.name] = { page: `${entry.name}.html`, first: weight.first };
  heavy.push(...weight.heavy);
}
const files = filesUnder(dist)
  .map((path) => relative(dist, path))
  .sort()
  .map((path) => ({
    path,
    type: types[extname(path)] ?? 'application/octet-stream',
    bytes: statSync(resolve(dist, path)).size,
    immutable: path.startsWith('assets/'),
  }));
writeFileSync(join(dist, 'manifest.json'), JSON.stringify({ pages, files }, null, 1) + '\n');
if (heavy.length > 0) {
  console.error(`Too heavy:\n  ${heavy.join('\n  ')}`);
  process.exit(1);
}
