import { expect, test } from 'vitest';
import { ProblemError } from '../../../../client/index.ts';
import type { PlaceOrderError } from '../../../../client/index.ts';
import { refusalText, stepOf } from '../../../../web/shop/buy/refusal-help.ts';
import { buyWords } from '../../../../web/shop/buy/words.ts';
import { isOpenEnded, refusalOf } from '../../../../web/shop/refusal.ts';

type Code = PlaceOrderError['code'];

/** Every problem that the API may answer to an order, and whether a later answer may be a yes. */
const CODES: Readonly<Record<Code, 'open' | 'final'>> = {
  invalid: 'final',
  key_missing: 'final',
  unauthenticated: 'open',
  forbidden: 'final',
  not_found: 'final',
  unknown_offer: 'final',
  sold_out: 'final',
  limit_reached: 'final',
  sale_not_open: 'final',
  sale_over: 'final',
  sale_paused: 'final',
  coupon_unavailable: 'final',
  balance_short: 'final',
  price_changed: 'final',
  too_slow: 'open',
  too_large: 'final',
  unsupported: 'final',
  headers_too_large: 'final',
  key_reused: 'final',
  rate_limited: 'open',
  fault: 'open',
  busy: 'open',
};

const refusal = (code: string, more: object = {}) => {
  const fields = { status: 409, title: '', detail: '', message: 'Words.', instance: '' };
  return refusalOf(new ProblemError({ code, ...fields, ...more }));
};

test('a request counts as answered only when no later answer to its key can be a yes', () => {
  for (const [code, kind] of Object.entries(CODES)) {
    expect(isOpenEnded(refusal(code)), code).toBe(kind === 'open');
  }
  expect(isOpenEnded(refusalOf(new TypeError('no network')))).toBe(true);
  expect(isOpenEnded(refusalOf(new Error('broken')))).toBe(true);
});

test('every refusal says what the service says and what the shopper can do', () => {
  const titleOf = (offer: string) => `The ${offer}`;
  for (const words of [buyWords.en, buyWords.zh]) {
    for (const code of Object.keys(CODES)) {
      const text = refusalText(refusal(code), words, titleOf);
      expect(text.length, code).toBeGreaterThan('Words. '.length + 4);
      expect(text, code).not.toMatch(/undefined|null/);
    }
  }
  const partly = refusal('sold_out', { offer: 'mug', unitsLeft: 3 });
  expect(refusalText(partly, buyWords.en, titleOf)).toBe('The mug: Words.');
});

test.each<[string, object, object | null]>([
  ['sold_out', { offer: 'mug', unitsLeft: 3 }, { kind: 'units', offer: 'mug', units: 3 }],
  ['sold_out', { offer: 'mug', unitsLeft: 0 }, null],
  ['sold_out', { promotion: 'ten', unitsLeft: 0 }, null],
  [
    'limit_reached',
    { offer: 'mug', limit: 3, taken: 1 },
    { kind: 'units', offer: 'mug', units: 2 },
  ],
  ['limit_reached', { offer: 'mug', limit: 3, taken: 3 }, { kind: 'remove', offer: 'mug' }],
  ['limit_reached', { of: 'holds', limit: 2, taken: 2 }, { kind: 'orders' }],
  ['unknown_offer', { offer: 'mug' }, { kind: 'remove', offer: 'mug' }],
  ['sale_over', { offer: 'mug' }, { kind: 'remove', offer: 'mug' }],
  ['sale_over', {}, null],
  ['coupon_unavailable', { promotion: 'ten' }, { kind: 'coupon', promotion: 'ten' }],
  ['balance_short', { balance: 'points', available: 3 }, { kind: 'balance', balance: 'points' }],
  ['sale_paused', {}, null],
])('the next step after %s %o', (code, more, step) => {
  expect(stepOf(refusal(code, more))).toEqual(step);
});
