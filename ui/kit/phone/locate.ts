// SPDX-License-Identifier: Apache-2.0
// The phone's own location, asked for once and only after a tap. Browsers give WGS-84, and only over https.
import { ref, type Ref } from 'vue';

export interface Located {
  lat: number;
  lon: number;
  accuracy_m: number;
}
export type LocateState = 'idle' | 'finding' | 'refused' | 'failed';

const WAIT_MS = 10_000;

export function useLocation(): {
  possible: boolean;
  state: Ref<LocateState>;
  locate(found: (at: Located) => void): void;
} {
  const state = ref<LocateState>('idle');
  const possible = 'geolocation' in navigator && window.isSecureContext;

  function locate(found: (at: Located) => void): void {
    state.value = 'finding';
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        state.value = 'idle';
        found({
          lat: +coords.latitude.toFixed(7),
          lon: +coords.longitude.toFixed(7),
          accuracy_m: Math.round(coords.accuracy),
        });
      },
      (error) => (state.value = error.code === error.PERMISSION_DENIED ? 'refused' : 'failed'),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 0 },
    );
  }
  return { possible, state, locate };
}
