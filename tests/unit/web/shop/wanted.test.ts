import { expect, test } from 'vitest';
import { ProblemError } from '../../../../client/index.ts';
import type { Quote } from '../../../../client/index.ts';
import { EMPTY_CART, withUnits } from '../../../../web/shop/cart/cart.ts';
import { shownTotalOf } from '../../../../web/shop/cart/quoting.ts';
import type { Pricing } from '../../../../web/shop/cart/quoting.ts';
import { refusalOf } from '../../../../web/shop/refusal.ts';
import { wantedOf } from '../../../../web/shop/sale/use-buy.ts';
import { offer } from './offers.ts';

const cart = withUnits(EMPTY_CART, offer('mug'), 2);
const SUBTOTAL = 2_000;
const held = { points: 0, redPacket: 0, coupons: ['ten', 'twenty'] };
const quoteOf = (total: number, coupons: string[]): Quote => ({ total, coupons }) as never;

const refusal = (code: string, status: number) =>
  refusalOf(new ProblemError({ code, status, title: '', detail: '', message: 'No', instance: '' }));
const busy = refusal('rate_limited', 429);

const priced: Pricing = { quote: quoteOf(1_800, ['ten']), isCurrent: true, refusal: null };
/** The last quote is that of an earlier cart, and this one could not be priced. */
const failed: Pricing = { ...priced, isCurrent: false, refusal: busy };
const never: Pricing = { ...failed, quote: null };

test('the screen shows the quote of exactly this cart, else the sum of its prices', () => {
  expect(shownTotalOf(cart, priced)).toBe(1_800);
  expect(shownTotalOf(cart, { ...priced, isCurrent: false })).toBe(SUBTOTAL);
  expect(shownTotalOf(cart, failed)).toBe(SUBTOTAL);
});

test('an order asks for the price and the coupons of the quote', () => {
  expect(wantedOf(cart, held, priced, 1_800)).toEqual({
    body: { lines: [{ offer: 'mug', quantity: 2 }], coupons: ['ten'], expectedTotal: 1_800 },
    sawMinor: 1_800,
    leavesCoupons: false,
  });
});

test('when the price cannot be had, the coupons of the last quote go along', () => {
  expect(wantedOf(cart, held, failed, SUBTOTAL)).toMatchObject({
    body: { coupons: ['ten'], expectedTotal: SUBTOTAL },
    leavesCoupons: false,
  });
  const spent = { ...held, coupons: ['twenty'] };
  expect(wantedOf(cart, spent, failed, SUBTOTAL)).toMatchObject({ leavesCoupons: true });
});

test('coupons that no quote has chosen are not left out without a question', () => {
  expect(wantedOf(cart, held, never, SUBTOTAL)).toMatchObject({ leavesCoupons: true });
  const none = { ...held, coupons: [] };
  expect(wantedOf(cart, none, never, SUBTOTAL)).toMatchObject({ leavesCoupons: false });
  expect(wantedOf(cart, null, never, SUBTOTAL)).toMatchObject({ leavesCoupons: false });
  const unread = { ...held, coupons: null };
  expect(wantedOf(cart, unread, never, SUBTOTAL)).toMatchObject({ leavesCoupons: true });
  expect(wantedOf(cart, unread, failed, SUBTOTAL)).toMatchObject({ body: { coupons: ['ten'] } });
  const picked = { ...cart, isBest: false, coupons: ['twenty'] };
  expect(wantedOf(picked, held, never, SUBTOTAL)).toMatchObject({
    body: { coupons: ['twenty'] },
    leavesCoupons: false,
  });
  const unticked = { ...picked, coupons: [] };
  expect(wantedOf(unticked, held, never, SUBTOTAL)).toMatchObject({ leavesCoupons: false });
});

test('a cart that the service refuses to price is not ordered', () => {
  const refused = { ...never, refusal: refusal('unknown_offer', 409) };
  expect(wantedOf(cart, held, refused, SUBTOTAL)).toBeNull();
});
