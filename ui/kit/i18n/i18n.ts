// SPDX-License-Identifier: Apache-2.0
// Words of the screens. zh-CN is written first; en has the same keys, which tests/locales.test.ts holds. Each
// application brings its own messages; those of the kit are added here.
//   '{n} 件'                      a value by its name
//   '{n} case | {n} cases'        English number: the first when n is 1
import { ref, type App } from 'vue';
import en from './en';
import zh from './zh-CN';

export type Language = 'zh-CN' | 'en';
export type Values = Record<string, string | number>;
export interface Messages {
  [key: string]: string | Messages;
}
const KEY = 'linli.language';
const all: Record<Language, Messages> = { 'zh-CN': { kit: zh }, en: { kit: en } };
const language = ref<Language>('zh-CN');
/* Speak to the reader as 您 instead of 你 (large type, design language section 8). */
export const isPolite = ref(false);

function find(messages: Messages, key: string): string | undefined {
  let at: string | Messages | undefined = messages;
  for (const part of key.split('.')) {
    at = typeof at === 'object' ? at[part] : undefined;
  }
  return typeof at === 'string' ? at : undefined;
}

function fill(text: string, values: Values): string {
  const forms = text.split(' | ');
  const form = forms.length > 1 && values.n !== 1 ? forms[1]! : forms[0]!;
  return form.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

/* Between two Chinese characters stands no space: values with digits need one around them, 今天 and 明天 do not. */
function tidyChinese(text: string): string {
  const joined = text.replace(/([\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g, '$1');
  return isPolite.value ? joined.replace(/你/g, '您') : joined;
}

/* The words of a key in the chosen language. A key that nobody wrote is shown as it is, so that it is found. */
export function t(key: string, values: Values = {}): string {
  const text = fill(find(all[language.value], key) ?? find(all['zh-CN'], key) ?? key, values);
  return language.value === 'zh-CN' ? tidyChinese(text) : text;
}

/* Is there a wording of this key? For words that follow a code of the server, which may be newer than the page. */
export function hasWords(key: string): boolean {
  return find(all['zh-CN'], key) !== undefined;
}

export function useI18n(): { t: typeof t; language: typeof language } {
  return { t, language };
}

function preferred(): Language {
  const remembered = localStorage.getItem(KEY);
  if (remembered === 'zh-CN' || remembered === 'en') {
    return remembered;
  }
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh-CN';
}

export function setLanguage(next: Language): void {
  language.value = next;
  localStorage.setItem(KEY, next);
  document.documentElement.lang = next;
}

/* Call once per application: app.use(makeI18n({ 'zh-CN': zh, en })). Templates may then say $t('key'). */
export function makeI18n(messages: Record<Language, Messages>): { install(app: App): void } {
  Object.assign(all['zh-CN'], messages['zh-CN']);
  Object.assign(all.en, messages.en);
  language.value = preferred();
  document.documentElement.lang = language.value;
  return {
    install(app) {
      app.config.globalProperties.$t = t;
    },
  };
}

declare module 'vue' {
  interface ComponentCustomProperties {
    $t: typeof t;
  }
}
