import { expect, test } from 'vitest';
import { ProblemError } from '../../../../client/index.ts';
import type { Promotion, Wallet } from '../../../../client/index.ts';
import type { Grab } from '../../../../web/shop/coupons/claims.ts';
import { toGrab } from '../../../../web/shop/coupons/to-grab.ts';
import { refusalOf } from '../../../../web/shop/refusal.ts';

const promotion = (id: string, limitPerShopper?: number | null): Promotion =>
  ({ id, claims: limitPerShopper === null ? undefined : { limitPerShopper } }) as never;
const promotions = [
  promotion('one'),
  promotion('three', 3),
  promotion('packet'),
  promotion('by_itself', null),
];

const walletOf = (held: Readonly<Record<string, number>>): Wallet =>
  ({
    coupons: Object.entries(held).map(([id, count]) => ({ promotion: id, held: count })),
  }) as never;
const idsOf = (wallet: Wallet | null, grabs: Readonly<Record<string, Grab>> = {}) =>
  toGrab(promotions, wallet, grabs).map(({ id }) => id);

test('what a shopper has in full is no longer to grab', () => {
  expect(idsOf(null)).toEqual(['one', 'three', 'packet']);
  expect(idsOf(walletOf({ one: 1, three: 2 }))).toEqual(['three', 'packet']);
  expect(idsOf(walletOf({ one: 1, three: 3 }))).toEqual(['packet']);
});

test('a red packet counts as had once it was grabbed, and a refused one as gone', () => {
  const claim = { id: 'c', sale: 'eleven', promotion: 'packet', amount: 500 };
  expect(idsOf(null, { packet: { state: 'grabbed', claim } })).toEqual(['one', 'three']);
  const fields = { status: 409, title: '', detail: '', message: 'No', instance: '' };
  const failed = (code: string): Grab => ({
    state: 'failed',
    refusal: refusalOf(new ProblemError({ code, ...fields })),
  });
  expect(idsOf(null, { one: failed('sold_out'), three: failed('busy') })).toEqual([
    ...['three', 'packet'],
  ]);
});
