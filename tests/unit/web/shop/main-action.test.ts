import { expect, test } from 'vitest';
import { mainAction } from '../../../../web/shop/buy/main-action.ts';
import type { ShopNow } from '../../../../web/shop/buy/main-action.ts';
import { EMPTY_CART, withUnits } from '../../../../web/shop/cart/cart.ts';
import { refusalOf } from '../../../../web/shop/refusal.ts';
import { shopNow } from '../../../../web/shop/sale/shop-now.ts';
import { ProblemError } from '../../../../client/index.ts';
import { offer, sale } from './offers.ts';

const OPENS = 100_000;
const ready: ShopNow = {
  buying: { state: 'ready' },
  saleState: 'open',
  nowMs: OPENS,
  opensMs: OPENS,
  closesMs: 200_000,
  isEmpty: false,
  soldOut: null,
  isWaitingFor: () => false,
  isShopper: true,
};

test.each<[string, Partial<ShopNow>, string]>([
  ['buys when nothing is in the way', {}, 'buy'],
  ['does not open a millisecond early', { nowMs: OPENS - 1 }, 'opens'],
  ['opens in the first moment', { nowMs: OPENS }, 'buy'],
  ['opens later even when the sale is a draft yet', { saleState: 'draft', nowMs: 0 }, 'opens'],
  ['is over at the last moment', { nowMs: 200_000 }, 'over'],
  ['is over when the sale is closed', { saleState: 'closed' }, 'over'],
  ['waits while the sale is paused', { saleState: 'paused' }, 'paused'],
  ['asks for something to buy', { isEmpty: true }, 'empty'],
  ['offers to tell about what is sold out', { soldOut: 'mug' }, 'tell_me'],
  ['waits for it', { soldOut: 'mug', isWaitingFor: () => true }, 'waiting'],
  ['leads a guest to the sign-in', { isShopper: false }, 'sign_in'],
  ['places one order at a time', { buying: { state: 'placing' } }, 'placing'],
  [
    'stays off while the page of the order comes',
    { buying: { state: 'placed', order: 'o' } },
    'placing',
  ],
  [
    'tries again what nobody knows',
    { buying: { state: 'unknown', refusal: null, isAlone: true } },
    'again',
  ],
  [
    'tries again even when the sale is over: the order may stand',
    { saleState: 'closed', buying: { state: 'unknown', refusal: null, isAlone: true } },
    'again',
  ],
  [
    'asks for a sign-in when it ended in mid-flight',
    { isShopper: false, buying: { state: 'unknown', refusal: null, isAlone: true } },
    'sign_in',
  ],
])('the button %s', (_promise, change, kind) => {
  expect(mainAction({ ...ready, ...change }).kind).toBe(kind);
});

const seen = {
  sale: sale({ offers: [offer('mug'), offer('cup', { stock: 'sold_out' })] }),
  cart: withUnits(EMPTY_CART, offer('mug'), 1),
  waits: ['cup'],
  buying: { state: 'ready' } as const,
  nowMs: Date.parse('2026-11-11T13:00:00Z'),
  monotonicMs: 50_000,
  member: null,
  isShopper: true,
};

test('an offer counts as sold out by its word', () => {
  expect(shopNow(seen).soldOut).toBeNull();
  const both = withUnits(seen.cart, offer('cup'), 1);
  const now = shopNow({ ...seen, cart: both });
  expect(now.soldOut).toBe('cup');
  expect([now.isWaitingFor('cup'), now.isWaitingFor('mug')]).toEqual([true, false]);
});

test('an offer that a refusal called sold out counts as such until its word follows', () => {
  const fields = { status: 409, title: '', detail: '', message: 'No', instance: '' };
  const error = new ProblemError({
    code: 'sold_out',
    ...fields,
    ...{ offer: 'mug', unitsLeft: 0 },
  });
  const buying = { state: 'refused', refusal: refusalOf(error), atMs: 46_000 } as const;
  expect(shopNow({ ...seen, buying }).soldOut).toBe('mug');
  expect(shopNow({ ...seen, buying, monotonicMs: 52_000 }).soldOut).toBeNull();
});
