// SPDX-License-Identifier: Apache-2.0

/* The top of an axis: the next of 4, 8, 12, 16, 20, 40, 80 ... so that quarters are whole numbers. */
export function niceTop(value: number): number {
  let unit = 1;
  for (;;) {
    for (const step of [4, 8, 12, 16, 20]) {
      if (value <= step * unit) {
        return step * unit;
      }
    }
    unit *= 10;
  }
}
