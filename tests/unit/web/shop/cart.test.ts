import { expect, test } from 'vitest';
import {
  EMPTY_CART,
  MAX_LINES,
  MAX_QUANTITY,
  listTotalOf,
  quantityOf,
  quoteBodyOf,
  refreshed,
  subtotalOf,
  unitsOf,
  withQuantity,
  withUnits,
  without,
} from '../../../../web/shop/cart/cart.ts';
import { keptCart, readCart } from '../../../../web/shop/cart/kept-cart.ts';
import { MemoryStore, offer } from './offers.ts';

const two = withUnits(withUnits(EMPTY_CART, offer('mug'), 2), offer('cup', { price: 500 }), 1);

test('a cart counts its units and adds up its prices', () => {
  expect([unitsOf(two), subtotalOf(two), listTotalOf(two)]).toEqual([3, 2_500, 3_600]);
  expect([quantityOf(two, 'mug'), quantityOf(two, 'pot')]).toEqual([2, 0]);
});

test('no units take a line out, and the others keep their order', () => {
  expect(withUnits(two, offer('mug'), 0).lines.map((line) => line.offer)).toEqual(['cup']);
  expect(without(two, 'cup').lines.map((line) => line.offer)).toEqual(['mug']);
  expect(withQuantity(two, 'mug', 5).lines.map((line) => line.quantity)).toEqual([5, 1]);
});

test('a cart stays within what an order may have', () => {
  expect(quantityOf(withUnits(EMPTY_CART, offer('mug'), 5_000), 'mug')).toBe(MAX_QUANTITY);
  let full = EMPTY_CART;
  for (let i = 0; i < MAX_LINES; i++) full = withUnits(full, offer(`offer-${i}`), 1);
  expect(withUnits(full, offer('one-more'), 1)).toBe(full);
  expect(quantityOf(withUnits(full, offer('offer-0'), 2), 'offer-0')).toBe(2);
});

test('a cart follows the prices of the page, and is the same while they are', () => {
  expect(refreshed(two, [offer('mug'), offer('cup', { price: 500 })])).toBe(two);
  const dearer = refreshed(two, [offer('mug', { price: 1_100 })]);
  expect(dearer.lines.map(({ price }) => price)).toEqual([1_100, 500]);
});

test('a reload finds the cart as it was, and a cart of nonsense is empty', () => {
  const store = new MemoryStore();
  keptCart(store, 'eleven').value.value = two;
  expect(keptCart(store, 'eleven').value.value).toEqual(two);
  expect(keptCart(store, 'another').value.value).toEqual(EMPTY_CART);
  for (const nonsense of [null, 5, {}, { lines: 'many', coupons: [] }]) {
    expect(readCart(nonsense)).toBeNull();
  }
  const stored = { lines: [{ offer: 'mug', quantity: -1 }, { offer: 5 }], coupons: [7, 'ten'] };
  expect(readCart(stored)).toMatchObject({ lines: [], coupons: ['ten'], isBest: false });
});

test('a quote asks with the best coupons, or those picked, and only for what is held', () => {
  const held = { points: 30, redPacket: 500, coupons: ['ten'] };
  const lines = [
    { offer: 'mug', quantity: 2 },
    { offer: 'cup', quantity: 1 },
  ];
  expect(quoteBodyOf(two, null)).toEqual({ lines });
  expect(quoteBodyOf(two, held)).toEqual({ lines, best: true });
  const picked = { ...two, isBest: false, coupons: ['ten', 'gone'], usesPacket: true };
  expect(quoteBodyOf(picked, held)).toEqual({ lines, coupons: ['ten'], redPacket: 'max' });
  const unread = { points: 0, redPacket: 0, coupons: null };
  expect(quoteBodyOf(two, unread)).toEqual({ lines, best: true });
  expect(quoteBodyOf(picked, unread)).toEqual({ lines, coupons: ['ten', 'gone'] });
  const all = { ...two, usesPoints: true, usesPacket: true };
  const nothing = { points: 0, redPacket: 0, coupons: [] };
  expect(quoteBodyOf(all, held)).toMatchObject({ redPacket: 'max', points: 30 });
  expect(quoteBodyOf(all, nothing)).toEqual({ lines, best: true });
});
