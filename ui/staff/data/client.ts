// SPDX-License-Identifier: Apache-2.0
import { QueryClient } from '@tanstack/vue-query';
import { asApiError } from '@kit/api/error';

/* Everything is asked even when the browser believes to be offline: inside an office it may be wrong, and whoever pressed a
   button is told at once instead of waiting for a network. A refusal is an answer and is not asked again; only a server that was not reached is tried twice more. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (failures, cause) => asApiError(cause).status === 0 && failures < 2,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
