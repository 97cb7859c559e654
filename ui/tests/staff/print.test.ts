// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { maskNumbers } from '../../staff/print/mask';

describe('what is printed for the unit on the spot', () => {
  it.each([
    ['a mobile number', '请打13812341234联系', '请打***********联系'],
    ['with spaces', '138 1234 1234', '***********'],
    ['a telephone with area code', '电话021-65980000', '电话***********'],
    ['an identity number', '31011019900307263X的住户', '******************的住户'],
    ['a house number stays', '抚顺路363弄5号301室', '抚顺路363弄5号301室'],
    ['a case number stays', 'SP-C-20261122-0049-8', 'SP-C-20261122-0049-8'],
    ['a year stays', '2026 年 11 月', '2026 年 11 月'],
  ])('%s', (_name, text, masked) => expect(maskNumbers(text)).toBe(masked));
});
