// SPDX-License-Identifier: Apache-2.0
// Choosing a class on the spot: what the words sound like, what I used last, and the whole list by a part of its name.
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { call } from '@kit/api/client';
import type { Catalogue } from '@kit/api/types';

export interface ClassChoice {
  code: string;
  name: string;
}
const KEY = 'linli.field.classes';
const RECENT = 4;
const PAUSE_MS = 500;

export function recentClasses(): ClassChoice[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? (kept as ClassChoice[]).slice(0, RECENT) : [];
  } catch {
    return [];
  }
}
export function rememberClass(used: ClassChoice): void {
  const rest = recentClasses().filter((one) => one.code !== used.code);
  localStorage.setItem(KEY, JSON.stringify([used, ...rest].slice(0, RECENT)));
}

/* The classes that a city matter may have, as the published definition says. */
export function classesOf(catalogue: Catalogue): ClassChoice[] {
  const kinds = catalogue.procedures.find((one) => one.procedure === 'city-matter')?.kinds ?? ['W', 'P', 'L'];
  return catalogue.classes
    .filter((one) => kinds.includes(one.kind))
    .map(({ code, name }) => ({ code, name }));
}

export function findClasses(classes: readonly ClassChoice[], words: string): ClassChoice[] {
  const wanted = words.trim().toLowerCase();
  return wanted
    ? classes.filter(
        (one) => one.name.toLowerCase().includes(wanted) || one.code.toLowerCase().startsWith(wanted),
      )
    : [];
}

/* What the words sound like; nothing when the server does not say. */
export function useProposals(words: () => string): ShallowRef<ClassChoice[]> {
  const proposals = shallowRef<ClassChoice[]>([]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(words, (text) => {
    clearTimeout(timer);
    if (text.trim().length < 2) {
      return;
    }
    timer = setTimeout(() => {
      call('GET /api/v1/public/classes', { query: { words: text.trim() } }).then(
        ({ classes }) => (proposals.value = classes),
        () => undefined,
      );
    }, PAUSE_MS);
  });
  onScopeDispose(() => clearTimeout(timer));
  return proposals;
}
