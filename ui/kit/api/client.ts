// SPDX-License-Identifier: Apache-2.0
// One way to the server: `call('GET /api/v1/cases', { query: { filter } })`. Names, inputs and answers are checked
// against routes.ts. A refusal arrives as ApiError, with the server's own sentence for people.
import { ApiError, offlineError, readProblem } from './error';
import type { RouteName, Routes } from './routes';

type Inputs<R> = Omit<R, 'answer'>;
type Args<R> = keyof Inputs<R> extends never ? [options?: Extra] : [options: Inputs<R> & Extra];
interface Extra {
  signal?: AbortSignal;
  key?: string /* Idempotency-Key: the same key is answered once, however often it is sent */;
}
interface Loose extends Extra {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
}

const state: { csrf: string; language: string; onSignedOut?: () => void } = { csrf: '', language: 'zh-CN' };

export function setCsrf(token: string): void {
  state.csrf = token;
}
export function setRequestLanguage(language: string): void {
  state.language = language;
}
/* Called when the server says that nobody is signed in. */
export function onSignedOut(what: () => void): void {
  state.onSignedOut = what;
}

export function buildUrl(route: string, path: Loose['path'] = {}, query: Loose['query'] = {}): string {
  const filled = route.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(path[name])));
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled;
}

function buildRequest(method: string, options: Loose): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': state.language };
  if (method !== 'GET') {
    headers['Idempotency-Key'] = options.key ?? newKey();
    if (state.csrf) {
      headers['X-CSRF-Token'] = state.csrf;
    }
  }
  let body: BodyInit | undefined;
  if (options.body instanceof Blob) {
    headers['Content-Type'] = options.body.type || 'application/octet-stream';
    body = options.body;
  } else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.body);
  }
  return { method, headers, body, credentials: 'same-origin', signal: options.signal ?? null };
}

export async function call<K extends RouteName>(
  name: K,
  ...args: Args<Routes[K]>
): Promise<Routes[K]['answer']> {
  const options = (args[0] ?? {}) as Loose;
  const [method, route] = name.split(' ') as [string, string];
  let answer: Response;
  try {
    answer = await fetch(buildUrl(route, options.path, options.query), buildRequest(method, options));
  } catch (cause) {
    if (options.signal?.aborted) {
      throw cause;
    }
    throw offlineError();
  }
  if (!answer.ok) {
    const error = await readProblem(answer);
    if (error.status === 401) {
      state.onSignedOut?.();
    }
    throw error;
  }
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as Routes[K]['answer'];
}

/* A key for one intended change: make it when the form opens, send it with every attempt. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export function attachmentUrl(id: number | string, size: 'thumb' | 'full' = 'full'): string {
  return buildUrl('/api/v1/attachments/{id}', { id }, { size });
}

/* A photo behind a one-task link: its own token is the right to see it. */
export function linkPhotoUrl(token: string, size: 'thumb' | 'full'): string {
  return buildUrl('/api/v1/public/photos/{token}', { token }, { size });
}

export { ApiError };
