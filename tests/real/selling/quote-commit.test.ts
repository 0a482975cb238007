import { expect, test } from 'vitest';
import type { ShopperId } from '../../../src/domain/ids.ts';
import { totalMinor } from '../../../src/domain/order.ts';
import type { CartRequest } from '../../../src/domain/pricing/quote.ts';
import { setPromotion } from '../../../src/service/terms/change-promotions.ts';
import { setOffer } from '../../../src/service/terms/change-sale.ts';
import { cartLines } from '../../../proof/builders/carts.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let shop: Shop;

withShop((made) => (shop = made));

const SHOPPERS = 12;
const MIN_CHANGES = 40;

const dear = (priceMinor: number) =>
  offer('a', { lane: 'cart', priceMinor, listPriceMinor: 9_999, cap: 50_000 });
const off = (amount: number) =>
  promotion('p', {
    layer: 'store',
    effect: { kind: 'fixed', off: amount, from: 0 },
    budget: 'purse',
  });
const purse = (amountMinor: number) => budget('purse', { amountMinor });
const cart = { lines: cartLines(['a', 2], ['b', 1]) };

async function open(amountMinor: number): Promise<void> {
  await shop.open([dear(1_000), offer('b', { lane: 'cart', cap: 50_000 })], { cells: 2 });
  await shop.setRules([off(100)], [purse(amountMinor)]);
}

async function quoted(request: Partial<CartRequest> = {}): Promise<number> {
  const answer = await shop.quote({ ...cart, ...request });
  if ('code' in answer) throw new Error(JSON.stringify(answer));
  return answer.total;
}

const priceTo = async (priceMinor: number): Promise<void> => {
  const changed = await setOffer(shop.api, shop.sale, dear(priceMinor), OPERATOR);
  expect(changed).toMatchObject({ pendingCells: [] });
};

const changes: [what: string, change: () => Promise<unknown>][] = [
  ['a price', () => priceTo(1_001)],
  ['a promotion', () => shop.setRules([off(101)])],
  [
    'a promotion (by another process)',
    () => setPromotion(shop.worker, shop.sale, off(101), OPERATOR),
  ],
  ['the rest of a budget', () => shop.checkOut(cart)],
];

test.each(changes)(
  'an order is refused with the new quote when this has changed: %s',
  async (_, change) => {
    await open(350);
    const before = await quoted();
    await change();
    const refused = await shop.checkOut({ ...cart, expectedTotalMinor: before });
    const now = await quoted();
    expect(now).not.toBe(before);
    expect(refused).toMatchObject({ code: 'price_changed', total: now, quote: { total: now } });
    const answer = await shop.checkOut({ ...cart, expectedTotalMinor: now });
    expect('order' in answer && totalMinor(answer.order)).toBe(now);
  },
);

/** Quotes and buys until told to stop. @returns how many orders were placed and refused */
async function shopOn(shopper: ShopperId, isOver: () => boolean) {
  const counts = { placed: 0, changed: 0 };
  while (!isOver() && counts.placed < 60) {
    const expectedTotalMinor = await quoted({ shopper });
    const answer = await shop.checkOut({ ...cart, shopper, expectedTotalMinor });
    if ('order' in answer) {
      expect(totalMinor(answer.order)).toBe(expectedTotalMinor);
      counts.placed++;
    } else {
      if (answer.code !== 'price_changed') throw new Error(JSON.stringify(answer));
      expect(answer.total).not.toBe(expectedTotalMinor);
      expect(answer.quote).toMatchObject({ total: answer.total });
      counts.changed++;
    }
  }
  return counts;
}

test('an order costs what was quoted or is refused, whatever changes meanwhile', async () => {
  await open(100_000);
  let done = 0;
  const isOver = () => done >= MIN_CHANGES;
  const buyers = Array.from({ length: SHOPPERS }, (_, i) => shopOn(`u${i}` as ShopperId, isOver));
  for (; !isOver(); done++) {
    if (done % 3 === 0) await priceTo(1_000 + done);
    else if (done % 3 === 1) await shop.setRules([off(100 + done)]);
    else await shop.setRules([], [purse(100_000 + done * 7)]);
  }
  const counts = await Promise.all(buyers);
  const total = (name: 'placed' | 'changed') => counts.reduce((sum, one) => sum + one[name], 0);
  expect(total('placed')).toBeGreaterThan(SHOPPERS);
  expect(total('changed')).toBeGreaterThan(0);
  await shop.settleAll();
  expect((await shop.audit()).brokenPromises).toEqual([]);
});
