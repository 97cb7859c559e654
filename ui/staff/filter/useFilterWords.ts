// SPDX-License-Identifier: Apache-2.0
// Conditions in the words of the screen, and what may come next while one is typed.
import { computed, type Ref } from 'vue';
import type { CaseState } from '@kit/api/types';
import { hasWords, useI18n } from '@kit/i18n/i18n';
import { useCatalogue, usePlaces, useUnits, type Option } from '../data/lists';
import { keyOf, kindOf, KEYS, zhKey, type Condition, type ValueKind } from './filter';

const PERIODS = ['today', 'last-7-days', 'this-month'];
const STATES: CaseState[] = [
  'reported',
  'verifying',
  'verified',
  'to_dispatch',
  'to_sign',
  'handling',
  'to_check',
  'to_close',
  'follow_up',
  'closed',
  'declined',
];
const MOST = 12; /* proposals shown at once */

export function useFilterWords() {
  const { t, language } = useI18n();
  const { catalogue } = useCatalogue();
  const { places } = usePlaces();
  const { units } = useUnits();

  const named = (list: readonly { code: string | number; name: string }[] | undefined): Option<string>[] =>
    list?.map((item) => ({ value: String(item.code), label: item.name })) ?? [];
  const spoken = (values: readonly string[]): Option<string>[] =>
    values.map((value) => ({ value, label: t(`filter.value.${value.replace(/-/g, '_')}`) }));

  const values = computed<Record<ValueKind, Option<string>[]>>(() => ({
    state: [
      ...spoken(['open', 'closed']),
      ...STATES.filter((state) => state !== 'closed').map((state) => ({
        value: state,
        label: t(`state.${state}`),
      })),
    ],
    yes: spoken(['yes', 'no']),
    procedure: catalogue.value?.procedures.map((item) => ({ value: item.procedure, label: item.name })) ?? [],
    class: named(catalogue.value?.classes),
    place: named(places.value.filter((place) => place.level === 'community' || place.level === 'estate')),
    unit: named(units.value),
    channel: named(catalogue.value?.channels),
    period: spoken(PERIODS),
    day: spoken(['today']),
    grade: named(catalogue.value?.grades),
    text: [],
  }));

  function keyWord(key: string): string {
    return t(`filter.key.${key}`);
  }
  function valueWord(key: string, value: string): string {
    const kind = kindOf(key);
    const known = kind && values.value[kind].find((option) => option.value === value);
    const spokenKey = `filter.value.${value.replace(/-/g, '_')}`;
    return known ? known.label : hasWords(spokenKey) ? t(spokenKey) : value;
  }
  function chipWords(condition: Condition): string {
    const list = condition.values.map((value) => valueWord(condition.key, value)).join(t('common.or'));
    const text = condition.key ? t('filter.chip', { key: keyWord(condition.key), value: list }) : `“${list}”`;
    return condition.not ? t('filter.not', { text }) : text;
  }

  function proposalsFor(token: string): Option<string>[] {
    const bare = token.replace(/^-/, '');
    const minus = token.startsWith('-') ? '-' : '';
    const cut = bare.search(/[:：]/);
    const nameOf = (key: string): string => (language.value === 'en' ? key : zhKey(key));
    if (cut < 0) {
      return KEYS.filter(([en, zh]) => en.startsWith(bare.toLowerCase()) || zh.startsWith(bare)).map(
        ([en]) => ({
          value: `${minus}${nameOf(en)}:`,
          label: keyWord(en),
        }),
      );
    }
    const key = keyOf(bare.slice(0, cut));
    const kind = key && kindOf(key);
    const before = bare.slice(cut + 1).split(/[,，]/);
    const last = before.pop()?.toLowerCase() ?? '';
    return (kind ? values.value[kind] : [])
      .filter((o) => o.label.toLowerCase().includes(last) || o.value.toLowerCase().startsWith(last))
      .slice(0, MOST)
      .map((o) => ({ value: `${minus}${nameOf(key!)}:${[...before, o.value].join(',')}`, label: o.label }));
  }
  return { chipWords, proposalsFor };
}

/* The word under the cursor, and the text with that word replaced. */
export function lastToken(text: Ref<string>): { token: string; replace: (by: string) => string } {
  const cut = text.value.lastIndexOf(' ') + 1;
  return { token: text.value.slice(cut), replace: (by) => text.value.slice(0, cut) + by };
}
