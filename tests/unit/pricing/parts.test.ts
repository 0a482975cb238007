import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apportion } from '../../../src/domain/pricing/apportion.ts';
import { discountAt } from '../../../src/domain/pricing/effects.ts';
import { explain, MAX_NEAR } from '../../../src/domain/pricing/hints.ts';
import type { Effect } from '../../../src/domain/promotion.ts';
import type { Trace } from '../../../src/domain/pricing/price-cart.ts';
import { priceCart } from '../../../src/domain/pricing/price-cart.ts';
import { rulesOfVector } from '../../vectors/adapter.ts';
import { forEachCase } from './each-case.ts';

const BOUND = 90_000_000;
const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

describe('a split', () => {
  const weights = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: BOUND / 50 })), {
    minLength: 1,
    maxLength: 50,
  });
  const splits = weights.chain((each) =>
    fc.tuple(fc.nat({ max: sum(each) === 0 ? 0 : BOUND }), fc.constant(each)),
  );

  test('loses no cent, and each part is less than a cent off its proportion', () => {
    fc.assert(
      fc.property(splits, ([amount, each]) => {
        const parts = apportion(amount, each);
        expect(sum(parts)).toBe(amount);
        const total = BigInt(sum(each));
        parts.forEach((part, i) => {
          const off = BigInt(part) * total - BigInt(amount) * BigInt(each[i]!);
          expect(off > -total && off < total).toBe(total > 0n);
          if (each[i] === 0) expect(part).toBe(0);
        });
      }),
    );
  });

  test('gives a last cent to the larger remainder, or on a tie to the earlier line', () => {
    expect(apportion(500, [7900, 11_900])).toEqual([199, 301]);
    expect(apportion(2, [1, 1, 1])).toEqual([1, 1, 0]);
    expect(apportion(5, [0, 3, 3, 0, 3])).toEqual([0, 2, 2, 0, 1]);
    expect(apportion(1, [0, 0, 1])).toEqual([0, 0, 1]);
  });

  test('is exact at the bound of amounts', () => {
    expect(apportion(BOUND, [BOUND])).toEqual([BOUND]);
    expect(apportion(BOUND - 1, [BOUND - 1, 1])).toEqual([BOUND - 2, 1]);
  });

  test('divides nothing over no weight, and throws when it has something to divide', () => {
    expect(apportion(0, [0, 0])).toEqual([0, 0]);
    expect(() => apportion(1, [0, 0])).toThrow('nothing to split 1 over');
  });
});

const amount = fc.integer({ min: 1, max: 20_000 });
const effects: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({
    kind: fc.constant('tiers' as const),
    tiers: fc
      .uniqueArray(amount, { minLength: 1, maxLength: 4 })
      .map((froms) => froms.sort((a, b) => a - b).map((from, i) => ({ from, off: 100 * (i + 1) }))),
  }),
  fc.record({
    kind: fc.constant('every' as const),
    every: amount,
    off: amount,
    times: fc.option(fc.integer({ min: 1, max: 5 })),
  }),
  fc.record({
    kind: fc.constant('percent' as const),
    bps: fc.integer({ min: 1, max: 10_000 }),
    cap: fc.option(amount),
    from: fc.nat({ max: 20_000 }),
  }),
  fc.record({ kind: fc.constant('fixed' as const), off: amount, from: fc.nat({ max: 20_000 }) }),
);

/** A cart with an eligible line for each amount, under one promotion. */
const cartOf = (effect: Effect, amounts: readonly number[]) =>
  rulesOfVector({
    promotions: [{ id: 'p', layer: 'cross_store', effect: { ...effect }, funder: 'platform' }],
    lines: amounts.map((price, i) => ({ offer: `o${i}`, store: 's1', price })),
  });

function quoted(effect: Effect, amounts: readonly number[]) {
  const { rules, cart, potsLeft } = cartOf(effect, amounts);
  const trace: Trace = [];
  const { totalMinor } = priceCart(rules, cart, potsLeft, trace);
  return { totalMinor, ...explain(rules, cart, trace) };
}

describe('an effect', () => {
  test('takes whole minor units, never more than its basis', () => {
    fc.assert(
      fc.property(effects, fc.nat({ max: BOUND }), (effect, basis) => {
        const off = discountAt(effect, basis);
        expect(Number.isSafeInteger(off) && off >= 0 && off <= basis).toBe(true);
        expect(discountAt(effect, 0)).toBe(0);
      }),
    );
  });

  test('makes the cheapest units free, as a shopper would by laying them out by price', () => {
    const lines = fc.array(
      fc.record({
        price: fc.integer({ min: 1, max: 5 }),
        quantity: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const every = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(lines, every, every, (each, first, second) => {
        const effect = { kind: 'freeUnits', every: Math.max(first, second) } as const;
        const free = Math.min(first, second);
        const { rules, cart, potsLeft } = rulesOfVector({
          promotions: [
            {
              id: 'p',
              layer: 'cross_store',
              funder: 'platform',
              effect: { ...effect, free },
            },
          ],
          lines: each.map((line, i) => ({ ...line, offer: `o${i}`, store: 's1' })),
        });
        const units = each.flatMap(({ price, quantity }, i) =>
          Array.from({ length: quantity }, () => ({ price, i })),
        );
        units.sort((one, other) => one.price - other.price || other.i - one.i);
        const expected = each.map(({ price, quantity }) => price * quantity);
        const count = Math.floor(units.length / effect.every) * free;
        for (const { price, i } of units.slice(0, count)) expected[i]! -= price;
        expect(priceCart(rules, cart, potsLeft).nets).toEqual(expected);
      }),
    );
  });
});

describe('a hint', () => {
  test('is true: a shopper who adds what is missing saves what it gives', () => {
    let kept = 0;
    fc.assert(
      fc.property(effects, amount, (effect, basis) => {
        const { totalMinor, near } = quoted(effect, [basis]);
        for (const { missing, gives } of near) {
          expect(quoted(effect, [basis, missing]).totalMinor).toBe(totalMinor + missing - gives);
          expect(gives).toBeGreaterThan(0);
          kept++;
        }
      }),
      { numRuns: 1000 },
    );
    expect(kept).toBeGreaterThan(50);
  });

  test('is ordered by what is missing, then by id', async () => {
    await forEachCase(1000, ({ rules, cart, potsLeft }) => {
      const trace: Trace = [];
      priceCart(rules, cart, potsLeft, trace);
      const { near } = explain(rules, cart, trace);
      const ordered = near.toSorted(
        (one, other) => one.missing - other.missing || (one.promotion < other.promotion ? -1 : 1),
      );
      const named = (each: typeof near) => each.map(({ promotion }) => promotion);
      expect(named(near)).toEqual(named(ordered));
    });
  });

  test('comes with at most nine others', () => {
    const promotions = Array.from({ length: MAX_NEAR + 5 }, (_, i) => ({
      ...{ id: `p${100 + i}`, layer: 'cross_store', funder: 'platform' as const },
      effect: { kind: 'fixed', off: 1, from: 1500 - i } as const,
    }));
    const { rules, cart, potsLeft } = rulesOfVector({
      promotions,
      lines: [{ offer: 'a', store: 's1', price: 1000 }],
    });
    const trace: Trace = [];
    priceCart(rules, cart, potsLeft, trace);
    const missing = explain(rules, cart, trace).near.map((one) => one.missing);
    expect(missing).toEqual(Array.from({ length: MAX_NEAR }, (_, i) => 486 + i));
  });

  test('does not name a coupon that applied in another store', () => {
    const { rules, cart, potsLeft } = rulesOfVector({
      coupons: ['c'],
      promotions: [
        {
          ...{ id: 'c', layer: 'store_coupon', coupon: true, funder: 'platform' },
          effect: { kind: 'fixed', off: 10, from: 100 },
        },
      ],
      lines: [
        { offer: 'a', store: 's1', price: 90 },
        { offer: 'b', store: 's2', price: 100 },
      ],
    });
    const trace: Trace = [];
    priceCart(rules, cart, potsLeft, trace);
    expect(explain(rules, cart, trace)).toEqual({ near: [], unused: [] });
  });

  test('says of each named coupon that it applied or why it did not', async () => {
    await forEachCase(2000, ({ rules, cart, potsLeft }) => {
      const trace: Trace = [];
      const { applied, gifts } = priceCart(rules, cart, potsLeft, trace);
      const unused = explain(rules, cart, trace).unused.map(({ promotion }) => promotion);
      const used = [...applied, ...gifts].map(({ promotion }) => promotion);
      const told = [...unused, ...used.filter((id) => cart.coupons.has(id))];
      const coupons = told.filter((id) => id !== 'red_packet' && id !== 'points');
      expect(coupons.sort()).toEqual([...cart.coupons].sort());
    });
  });

  test('says when a tender may pay for no line, and when nothing is left to pay', () => {
    const lineOf = (lane: 'flash' | 'cart') => ({ offer: lane, store: 's1', price: 100, lane });
    const unusedOf = (lane: 'flash' | 'cart') => {
      const { rules, cart, potsLeft } = rulesOfVector({
        promotions: [],
        lines: [lineOf(lane)],
        redPacket: 100,
        points: { points: 5, rate: 1 },
      });
      const trace: Trace = [];
      priceCart(rules, cart, potsLeft, trace);
      return explain(rules, cart, trace).unused;
    };
    expect(unusedOf('flash')).toEqual([
      { promotion: 'red_packet', reason: 'no_eligible_line' },
      { promotion: 'points', reason: 'no_eligible_line' },
    ]);
    expect(unusedOf('cart')).toEqual([{ promotion: 'points', reason: 'nothing_left_to_pay' }]);
  });

  test('promises no more than its budget holds, beyond what applies already', () => {
    const fixed = (id: string, off: number, from: number, budget?: string) => ({
      ...{ id, layer: 'cross_store', funder: 'platform' as const },
      ...(budget === undefined ? {} : { budget }),
      effect: { kind: 'fixed', off, from } as const,
    });
    const { rules, cart, potsLeft } = rulesOfVector({
      promotions: [
        fixed('now', 100, 0),
        fixed('more', 300, 1500),
        fixed('less', 90, 1500),
        fixed('poor', 500, 1500, 'b'),
        fixed('dry', 500, 1500, 'd'),
      ],
      budgets: { b: { left: 150, policy: 'partial' }, d: { left: 0, policy: 'partial' } },
      lines: [{ offer: 'a', store: 's1', price: 1000 }],
    });
    const trace: Trace = [];
    priceCart(rules, cart, potsLeft, trace);
    expect(explain(rules, cart, trace).near).toEqual([
      { promotion: 'more', missing: 500, gives: 200 },
      { promotion: 'poor', missing: 500, gives: 50 },
    ]);
  });

  test('an order gets at most ten gifts, the first by id', () => {
    const promotions = Array.from({ length: 12 }, (_, i) => ({
      ...{ id: `g${10 + i}`, layer: 'cross_store', funder: 'platform' as const },
      effect: { kind: 'gift', from: 0, offer: 'mug', quantity: 1 } as const,
    }));
    const { rules, cart, potsLeft } = rulesOfVector({
      promotions,
      lines: [{ offer: 'a', store: 's1', price: 1000 }],
    });
    const gifts = priceCart(rules, cart, potsLeft).gifts.map(({ promotion }) => promotion);
    expect(gifts).toEqual(Array.from({ length: 10 }, (_, i) => `g${10 + i}`));
  });
});
