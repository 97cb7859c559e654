// SPDX-License-Identifier: Apache-2.0
// Everything a person reads exists in both languages.
import { describe, expect, it } from 'vitest';

type Tree = { [key: string]: string | Tree };
const files = import.meta.glob<{ default: Tree }>('../{kit,staff,field,public}/**/{zh-CN,en}.ts', {
  eager: true,
});

function keysOf(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${path}${key}`] : keysOf(value, `${path}${key}.`),
  );
}
function valuesOf(tree: Tree): string[] {
  return Object.values(tree).flatMap((value) => (typeof value === 'string' ? [value] : valuesOf(value)));
}
function holes(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((hit) => hit[1]!))].sort();
}
const chinese = Object.keys(files).filter((path) => path.endsWith('/zh-CN.ts'));

describe.each(chinese)('%s', (path) => {
  const zh = files[path]!.default;
  const en = files[path.replace('zh-CN', 'en')]!.default;

  it('has the same keys in English', () => {
    expect(keysOf(en).sort()).toEqual(keysOf(zh).sort());
  });
  it('asks for the same values in both languages', () => {
    const zhValues = valuesOf(zh);
    const byKey = new Map(keysOf(zh).map((key, i) => [key, zhValues[i]!]));
    const enValues = valuesOf(en);
    keysOf(en).forEach((key, i) =>
      expect([key, holes(enValues[i]!)]).toEqual([key, holes(byKey.get(key) ?? '')]),
    );
  });
  it('leaves no word empty and no Chinese in English', () => {
    expect(valuesOf(zh).filter((text) => text.trim() === '')).toEqual([]);
    expect(
      valuesOf(en).filter((text) => text.trim() === '' || /[\u4e00-\u9fff]/.test(text.replace('中文', ''))),
    ).toEqual([]);
  });
});

describe('words for residents', () => {
  const residents = Object.entries(files).filter(([path]) => /\.\.\/(public|kit\/phone)\//.test(path));

  it('are found', () => expect(residents.length).toBe(4));
  it.each(['流转', '处置', '派遣', '核查', '部件', '！', '您'])('never say %s', (word) => {
    expect(
      residents.flatMap(([, file]) => valuesOf(file.default)).filter((text) => text.includes(word)),
    ).toEqual([]);
  });
  it('use full-width punctuation in Chinese', () => {
    const chineseOnes = residents.filter(([path]) => path.endsWith('/zh-CN.ts'));
    const texts = chineseOnes.flatMap(([, file]) => valuesOf(file.default));
    expect(texts.filter((text) => /[\u4e00-\u9fff][,.;:!?]|[,.;:!?][\u4e00-\u9fff]/.test(text))).toEqual([]);
  });
});
