// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, buildUrl, call, setCsrf } from '@kit/api/client';

const answer = (status: number, body: unknown): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), { status });

afterEach(() => vi.unstubAllGlobals());

describe('the way to the server', () => {
  it('fills the path and leaves empty query values out', () => {
    expect(buildUrl('/api/v1/cases/{id}', { id: 7 })).toBe('/api/v1/cases/7');
    expect(buildUrl('/api/v1/cases', {}, { filter: '状态:open', cursor: undefined })).toBe(
      '/api/v1/cases?filter=%E7%8A%B6%E6%80%81%3Aopen',
    );
  });

  it('sends the token and a key with every change, and neither with a reading', async () => {
    const fetched = vi.fn().mockImplementation(async () => answer(200, {}));
    vi.stubGlobal('fetch', fetched);
    setCsrf('t1');
    await call('POST /api/v1/cases/{id}/link', { path: { id: 1 }, body: { task: 2 }, key: 'k' });
    await call('GET /api/v1/morning');
    expect(fetched.mock.calls[0]![1].headers).toMatchObject({ 'X-CSRF-Token': 't1', 'Idempotency-Key': 'k' });
    expect(fetched.mock.calls[1]![1].headers).not.toHaveProperty('X-CSRF-Token');
  });

  it('turns a problem document into an error with sentence, hint and field', async () => {
    const problem = {
      title: 'x',
      code: 'E_STALE',
      detail: '此件刚被别人改过',
      hint: '看一眼再办',
      field: 'seen',
    };
    vi.stubGlobal('fetch', async () => answer(409, problem));
    const error = await call('GET /api/v1/morning').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 409,
      code: 'E_STALE',
      sentence: '此件刚被别人改过',
      field: 'seen',
    });
  });

  it('says so when the server cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('network');
    });
    await expect(call('GET /api/v1/morning')).rejects.toMatchObject({ status: 0, code: 'OFFLINE' });
  });
});
