// SPDX-License-Identifier: Apache-2.0
// The filter language as the page needs it: cut a text into its conditions, show them, put them together again. What a
// condition means, and whether a value exists, is the server's to say.
//   state:open late:yes 地点:鞍山四村居民区 -channel:patrol 井盖        space = and, "," = or, "-" = not

export interface Condition {
  key: string /* English name; '' = free words */;
  values: string[];
  not: boolean;
}

/* English name, Chinese name, and where its values come from. */
export const KEYS = [
  ['state', '状态', 'state'],
  ['late', '超期', 'yes'],
  ['should-close', '应结案', 'yes'],
  ['procedure', '事项', 'procedure'],
  ['class', '类别', 'class'],
  ['place', '地点', 'place'],
  ['unit', '部门', 'unit'],
  ['channel', '来源', 'channel'],
  ['opened', '上报', 'period'],
  ['closed', '结案', 'period'],
  ['due', '到期', 'day'],
  ['contacted', '联系', 'yes'],
  ['returned', '退回', 'yes'],
  ['redo', '返工', 'yes'],
  ['leader', '待领导', 'yes'],
  ['night', '夜间', 'yes'],
  ['rating', '评分', 'grade'],
  ['solved', '解决', 'yes'],
  ['external', '外部编号', 'text'],
  ['number', '编号', 'text'],
  ['cell', '方格', 'text'],
] as const;
export type ValueKind = (typeof KEYS)[number][2];

const BY_NAME = new Map(
  KEYS.flatMap(([en, zh]) => [
    [en as string, en as string],
    [zh as string, en as string],
  ]),
);

export function keyOf(name: string): string | undefined {
  return BY_NAME.get(name.toLowerCase());
}
export function kindOf(key: string): ValueKind | undefined {
  return KEYS.find(([en]) => en === key)?.[2];
}
export function zhKey(key: string): string {
  return KEYS.find(([en]) => en === key)?.[1] ?? key;
}

function parseToken(token: string): Condition {
  const not = token.length > 1 && token.startsWith('-');
  const body = not ? token.slice(1) : token;
  const cut = body.search(/[:：]/);
  const key = cut > 0 ? keyOf(body.slice(0, cut)) : undefined;
  if (key === undefined) {
    return { key: '', values: [body], not };
  }
  return {
    key,
    values: body
      .slice(cut + 1)
      .split(/[,，]/)
      .filter(Boolean),
    not,
  };
}

/* A value with a space in it stands in quotation marks: place:"Anshan No. 4". */
function tokensOf(text: string): string[] {
  return text.match(/(?:[^\s"“”]+|["“”][^"“”]*["“”])+/g) ?? [];
}

export function parseFilter(text: string): Condition[] {
  return tokensOf(text).map((token) => parseToken(token.replace(/["“”]/g, '')));
}

function writeValue(value: string): string {
  return /\s/.test(value) ? `"${value}"` : value;
}

export function writeCondition(condition: Condition): string {
  const values = condition.values.map(writeValue).join(',');
  return (condition.not ? '-' : '') + (condition.key ? `${condition.key}:${values}` : values);
}

export function writeFilter(conditions: readonly Condition[]): string {
  return conditions.map(writeCondition).join(' ');
}

/* The filter with one condition set, replaced, or (no value) left out. */
export function withCondition(text: string, key: string, ...values: string[]): string {
  const rest = parseFilter(text).filter((condition) => condition.key !== key);
  return writeFilter(values.length > 0 ? [...rest, { key, values, not: false }] : rest);
}
