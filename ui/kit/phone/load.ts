// SPDX-License-Identifier: Apache-2.0
// Reading and sending, with the states that every page shows: busy, slow (a skeleton only after 300 ms), failed, there.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { newKey } from '../api/client';
import { asApiError, type ApiError } from '../api/error';

const SKELETON_AFTER_MS = 300;

export interface Load<T> {
  data: ShallowRef<T | undefined>;
  error: ShallowRef<ApiError | undefined>;
  slow: Ref<boolean>;
  load(): Promise<void>;
}

export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>): Load<T> {
  const data = shallowRef<T>();
  const error = shallowRef<ApiError>();
  const slow = ref(false);
  let running: AbortController | undefined;

  async function load(): Promise<void> {
    running?.abort();
    const own = (running = new AbortController());
    const timer = setTimeout(() => (slow.value = true), SKELETON_AFTER_MS);
    error.value = undefined;
    try {
      data.value = await read(own.signal);
    } catch (cause) {
      if (!own.signal.aborted) {
        error.value = asApiError(cause);
      }
    } finally {
      clearTimeout(timer);
      if (running === own) {
        slow.value = false;
      }
    }
  }
  onScopeDispose(() => running?.abort());
  return { data, error, slow, load };
}

export interface Send {
  busy: Ref<boolean>;
  error: ShallowRef<ApiError | undefined>;
  /* True when the server took it. The same content keeps its key over every attempt, so that nothing is done twice. */
  send(content: unknown, act: (key: string) => Promise<unknown>): Promise<boolean>;
}

export function useSend(): Send {
  const busy = ref(false);
  const error = shallowRef<ApiError>();
  let key = newKey();
  let last = '';

  async function send(content: unknown, act: (key: string) => Promise<unknown>): Promise<boolean> {
    if (busy.value) {
      return false;
    }
    const text = JSON.stringify(content);
    if (text !== last) {
      key = newKey();
      last = text;
    }
    busy.value = true;
    error.value = undefined;
    try {
      await act(key);
      last = '';
      return true;
    } catch (cause) {
      error.value = asApiError(cause);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, error, send };
}
