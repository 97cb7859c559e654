// SPDX-License-Identifier: Apache-2.0
// Hashes as people read and compare them: groups of four, the first four groups on a receipt.
export const SHORT_DIGITS = 16;

export function groupHash(hash: string, digits = hash.length): string {
  return (hash.slice(0, digits).match(/.{1,4}/g) ?? []).join(' ');
}

/* The QR code of a receipt carries the whole hash behind `#`, which no browser sends anywhere. */
export function withHash(url: string, hash: string | undefined): string {
  return hash ? `${url}#${hash}` : url;
}

/* The hash that a receipt brought along, '' when it brought none. */
export function broughtHash(fragment: string): string {
  return /^#[0-9a-f]{64}$/.test(fragment) ? fragment.slice(1) : '';
}
