// SPDX-License-Identifier: Apache-2.0
import { QueryClient } from '@tanstack/vue-query';
import { asApiError } from '@kit/api/error';

/* A refusal is an answer and is not asked again; only a server that was not reached is tried twice more. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (failures, cause) => asApiError(cause).status === 0 && failures < 2,
    },
    mutations: { retry: false },
  },
});
