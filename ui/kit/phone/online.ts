// SPDX-License-Identifier: Apache-2.0
// Does the phone say that it has a network? It may be wrong when it says yes, so requests still answer for themselves.
import { ref } from 'vue';

export const isOnline = ref(typeof navigator === 'undefined' || navigator.onLine !== false);
addEventListener('online', () => (isOnline.value = true));
addEventListener('offline', () => (isOnline.value = false));
