// SPDX-License-Identifier: Apache-2.0
// The matters reported on this phone, in this phone only: enough to open their tracking pages again.
import { ref } from 'vue';

export interface Matter {
  token: string;
  url: string;
  number: string;
  title: string;
  at: string;
  hash?: string /* of its entry in the ledger, as it was told first */;
  outside?: string /* the place lies beyond the border: who is responsible */;
}
const KEY = 'linli.matters';
const MOST = 20;

function read(): Matter[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? (kept as Matter[]).filter((one) => typeof one?.token === 'string') : [];
  } catch {
    return [];
  }
}

export const matters = ref<Matter[]>(read());

function keep(next: Matter[]): void {
  matters.value = next.slice(0, MOST);
  localStorage.setItem(KEY, JSON.stringify(matters.value));
}

export function remember(matter: Matter): void {
  keep([matter, ...matters.value.filter((one) => one.token !== matter.token)]);
}
export function forget(token: string): void {
  keep(matters.value.filter((one) => one.token !== token));
}
export function findMatter(token: string): Matter | undefined {
  return matters.value.find((one) => one.token === token);
}
