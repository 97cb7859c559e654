// SPDX-License-Identifier: Apache-2.0
// A refusal: an RFC 9457 problem document of the server, or that the server could not be reached.

export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number /* HTTP status; 0 = not reached */,
    readonly code: string /* E_STALE, E_FORBIDDEN ...; OFFLINE and UNKNOWN are made here */,
    readonly sentence: string /* for people; '' = the page says it in its own words */,
    readonly hint: string /* what to do now */,
    readonly field?: string /* the input at fault */,
  ) {
    super(sentence || code);
  }
}

export function offlineError(): ApiError {
  return new ApiError(0, 'OFFLINE', '', '');
}

export async function readProblem(answer: Response): Promise<ApiError> {
  try {
    const problem = (await answer.json()) as Record<string, unknown>;
    const text = (name: string): string => (typeof problem[name] === 'string' ? problem[name] : '');
    return new ApiError(
      answer.status,
      text('code') || 'UNKNOWN',
      text('detail') || text('title'),
      text('hint'),
      text('field') || undefined,
    );
  } catch {
    return new ApiError(answer.status, 'UNKNOWN', '', '');
  }
}

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, 'UNKNOWN', '', '');
}
