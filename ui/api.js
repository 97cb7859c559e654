// SPDX-License-Identifier: Apache-2.0
// `npm run api -- http://127.0.0.1:8080/api/v1/openapi.json` (or a file) writes kit/api/schema.d.ts: what the program itself says
// its answers look like. kit/api/agree.ts then holds our finer types (which states, which steps) to it.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const source = process.argv[2];
if (!source) {
  console.error('npm run api -- URL-or-FILE of the OpenAPI document');
  process.exit(1);
}
const text = source.startsWith('http') ? await (await fetch(source)).text() : readFileSync(source, 'utf8');
const { components } = JSON.parse(text);
const ast = await openapiTypescript(
  {
    openapi: '3.1.0',
    info: { title: 'Linli', version: '1' },
    paths: {},
    components: { schemas: components.schemas },
  },
  { exportType: true },
);
const head =
  '// SPDX-License-Identifier: Apache-2.0\n// Written by `npm run api` from the OpenAPI document; not by hand.\n';
const target = new URL('./kit/api/schema.d.ts', import.meta.url);
const style = { ...(await resolveConfig(target)), parser: 'typescript' };
writeFileSync(target, await format(head + astToString(ast), style));
