// SPDX-License-Identifier: Apache-2.0
// Words of a reporter go out on paper to the unit that works on the spot; telephone and identity numbers in them do not.

const LONG_NUMBER = /(?<![\dA-Za-z-])\+?\d(?:[\d -]?\d){6,19}[\dXx]?(?![\dA-Za-z])/g;

export function maskNumbers(text: string): string {
  return text.replace(LONG_NUMBER, (number) => {
    const digits = number.replace(/[^\dXx]/g, '').length;
    return digits >= 7 ? '*'.repeat(digits) : number;
  });
}
