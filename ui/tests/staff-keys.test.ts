// SPDX-License-Identifier: Apache-2.0
// Every word that a page of the desk asks for by its literal key exists.
import { describe, expect, it } from 'vitest';
import kit from '@kit/i18n/zh-CN';
import staff from '../staff/locales/zh-CN';

type Tree = { [key: string]: string | Tree };
const sources = import.meta.glob<string>(
  ['../{kit,staff}/**/*.{vue,ts}', '!../kit/phone/**', '!../kit/map/**'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);
const words: Tree = { kit, ...staff };

function find(key: string): string | Tree | undefined {
  return key
    .split('.')
    .reduce<string | Tree | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), words);
}

describe('the words of the desk', () => {
  it.each(Object.entries(sources))('%s asks only for words that exist', (_path, text) => {
    const asked = [...text.matchAll(/\bt\(\s*['"]([a-z_]+(?:\.[\w-]+)+)['"]/g)].map((hit) => hit[1]!);
    expect(asked.filter((key) => typeof find(key) !== 'string')).toEqual([]);
  });
  it.each(Object.entries(sources))('%s builds keys only below words that exist', (_path, text) => {
    const asked = [...text.matchAll(/\bt\(\s*`([a-z_]+(?:\.[a-z_]+)*)\.\$\{/g)].map((hit) => hit[1]!);
    expect(asked.filter((key) => typeof find(key) !== 'object')).toEqual([]);
  });
});
