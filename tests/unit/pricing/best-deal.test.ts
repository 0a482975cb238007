import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestDeal, MAX_SEARCHED } from '../../../src/domain/pricing/best-deal.ts';
import type { Cart } from '../../../src/domain/pricing/cart.ts';
import { priceCart } from '../../../src/domain/pricing/price-cart.ts';
import { rulesOfVector } from '../../vectors/adapter.ts';
import type { VectorInput, VectorPromotion } from '../../vectors/adapter.ts';
import { forEachCase } from './each-case.ts';
import type { PricingCase } from '../../../proof/fuzz/pricing-case.ts';

const RUNS = 1000;
/** The number of combinations is two to this power. */
const MOST_TRIED = 7;

const named = (cart: Cart, coupons: readonly string[]): Cart => ({
  ...cart,
  coupons: new Set(coupons),
});

const heldIn = ({ rules }: PricingCase): string[] =>
  rules.promotions
    .filter(({ isCoupon }) => isCoupon)
    .slice(0, MOST_TRIED)
    .map(({ id }) => id);

/** Tries every combination of coupons in id order and prices each by all the rules. */
function bestByTryingAll({ rules, cart, potsLeft }: PricingCase, held: readonly string[]) {
  let best: { total: number; coupons: string[] } | null = null;
  for (let mask = 0; mask < 1 << held.length; mask++) {
    const coupons = held.filter((_, i) => mask & (1 << i));
    const { applied, totalMinor: total } = priceCart(rules, named(cart, coupons), potsLeft);
    const ids = new Set(applied.map(({ promotion }) => promotion));
    if (!coupons.every((id) => ids.has(id))) continue;
    const fewer = coupons.length - (best?.coupons.length ?? 0);
    const isSimpler = fewer < 0 || (fewer === 0 && coupons.join() < (best?.coupons ?? []).join());
    if (!best || total < best.total || (total === best.total && isSimpler)) {
      best = { total, coupons };
    }
  }
  return best;
}

describe('the best deal', () => {
  test('is the same that trying every combination finds', async () => {
    await forEachCase(RUNS, (one) => {
      const held = heldIn(one);
      const { coupons, priced } = bestDeal(one.rules, one.cart, held.toReversed(), one.potsLeft);
      expect({ total: priced.totalMinor, coupons }).toEqual(bestByTryingAll(one, held));
    });
  });

  test('costs the same when its coupons are named, and each of them applies', async () => {
    await forEachCase(RUNS, ({ rules, cart, potsLeft, ...rest }) => {
      const held = heldIn({ rules, cart, potsLeft, ...rest });
      const { coupons, priced } = bestDeal(rules, cart, held, potsLeft);
      expect(priceCart(rules, named(cart, coupons), potsLeft)).toEqual(priced);
      const used = priced.applied.filter(({ isCoupon }) => isCoupon);
      expect(used.map(({ promotion }) => promotion).sort()).toEqual(coupons);
    });
  });

  test('never costs more with one more coupon held', async () => {
    await forEachCase(RUNS, ({ rules, cart, potsLeft }) => {
      const held = heldIn({ rules, cart, potsLeft });
      const totals = [...held, null].map((_, count) => {
        return bestDeal(rules, cart, held.slice(0, count), potsLeft).priced.totalMinor;
      });
      expect(totals).toEqual(totals.toSorted((a, b) => b - a));
    });
  });

  const useless: [string, Partial<VectorPromotion>][] = [
    ['for another store', { stores: ['s3'] }],
    ['for another tier', { members: ['vip'] }],
    ['above what any store sells here', { effect: { kind: 'fixed', off: 100, from: 700 } }],
    ['of an empty budget', { budget: 'empty' }],
    ['of an unknown budget', { budget: 'unknown' }],
  ];
  test.each(useless)('passes over coupons %s', (_name, more) => {
    const effect = { kind: 'fixed', off: 100 } as const;
    const many = Array.from({ length: MAX_SEARCHED }, (_, i) => {
      return coupon(`c${100 + i}`, { effect, ...more });
    });
    const { rules, cart, potsLeft } = rulesOfVector({
      promotions: [...many, coupon('good', { effect: { kind: 'fixed', off: 1 } })],
      budgets: { empty: { left: 0, policy: 'partial' } },
      lines: [
        { offer: 'a', store: 's1', price: 600 },
        { offer: 'b', store: 's2', price: 400 },
      ],
    });
    const held = [...rules.promotions.map(({ id }) => id), 'gone'];
    const { coupons, exhaustive } = bestDeal(rules, cart, held, potsLeft);
    expect({ coupons, exhaustive }).toEqual({ coupons: ['good'], exhaustive: true });
  });

  test('lets its caller rest after each combination', () => {
    const promotions = [1, 2, 3].map((off) =>
      coupon(`c${off}`, { effect: { kind: 'fixed', off } }),
    );
    const lines = [{ offer: 'a', store: 's1', price: 600 }];
    const { rules, cart, potsLeft } = rulesOfVector({ promotions, lines });
    let rests = 0;
    bestDeal(rules, cart, ['c1', 'c2', 'c3'], potsLeft, () => rests++);
    // None, and each alone: the layer picks one.
    expect(rests).toBe(4);
  });

  test('tries only one of several coupons that differ in their id alone', () => {
    const twins = Array.from({ length: MAX_SEARCHED + 5 }, (_, i) =>
      coupon(`c${100 + i}`, { layer: 'category', effect: { kind: 'fixed', off: 5 } }),
    );
    const { rules, cart, potsLeft } = rulesOfVector(cartOf(twins));
    const held = rules.promotions.map(({ id }) => id);
    const { coupons, exhaustive } = bestDeal(rules, cart, held, potsLeft);
    expect({ coupons, exhaustive }).toEqual({ coupons: ['c100'], exhaustive: true });
  });

  test('says so when it tried only the coupons with the largest discounts', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) =>
        coupon(`c${100 + i}`, { layer: 'all', effect: { kind: 'fixed', off: 1 + i } }),
      );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), (more) => {
        const { rules, cart, potsLeft } = rulesOfVector(cartOf(many(MAX_SEARCHED + more)));
        const held = rules.promotions.map(({ id }) => id);
        const deal = bestDeal(rules, cart, held, potsLeft);
        expect(deal.coupons).toEqual(held.slice(more));
        expect(deal.exhaustive).toBe(false);
      }),
      { numRuns: 4 },
    );
    const { rules, cart, potsLeft } = rulesOfVector(cartOf(many(MAX_SEARCHED)));
    const held = rules.promotions.map(({ id }) => id);
    expect(bestDeal(rules, cart, held, potsLeft)).toMatchObject({
      coupons: held,
      exhaustive: true,
    });
  });
});

type More = Partial<VectorPromotion> & Pick<VectorPromotion, 'effect'>;

const coupon = (id: string, more: More): VectorPromotion => ({
  ...{ id, layer: 'store_coupon', coupon: true, funder: 'platform' },
  ...more,
});

/** A cart of 1000 minor units under the layers `category` (one) and `all` (all). */
const cartOf = (promotions: readonly VectorPromotion[]): VectorInput => ({
  layers: [
    { name: 'category', basis: 'activity', pick: 'one' },
    { name: 'all', basis: 'remaining', pick: 'all' },
  ],
  promotions: promotions,
  lines: [{ offer: 'a', store: 's1', price: 1000 }],
});
