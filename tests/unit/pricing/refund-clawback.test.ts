import { describe, expect, test } from 'vitest';
import { clawBack, keptPrice } from '../../../src/domain/refunds/clawback.ts';
import type { PastTerms } from '../../../src/domain/refunds/clawback.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import type { RefundLine } from '../../../src/domain/refunds/refund.ts';
import { cashOf, refundShares } from '../../../src/domain/refunds/refund-shares.ts';
import type { RefundShares, RefundableOrder } from '../../../src/domain/refunds/refund-shares.ts';
import { rulesOf } from '../../../src/domain/pricing/rules-of-sale.ts';
import { priceCart } from '../../../src/domain/pricing/price-cart.ts';
import { couponsUsed } from '../../../src/domain/pricing/order-spending.ts';
import { readVectors, rulesOfVector } from '../../vectors/adapter.ts';
import type { VectorInput } from '../../vectors/adapter.ts';
import { forEachCase } from './each-case.ts';
import type { PricingCase } from '../../../proof/fuzz/pricing-case.ts';
import { promotion } from '../../../proof/builders/promotions.ts';

/** A cart’s order and the terms that priced it; its promotions have no budgets. */
function bought({ rules, cart }: PricingCase): { order: RefundableOrder; terms: PastTerms } {
  const { layers, pointsRate } = rules;
  const promotions = rules.promotions.map((one) => ({ ...one, budget: null }));
  const sale = { layers, pointsRate, promotions, rulesVersion: 1 };
  const { nets, applied, pointsUsed } = priceCart(
    rulesOf({ ...sale, budgets: [] }),
    cart,
    new Map(),
  );
  const lines = cart.lines.map(({ offer, store, quantity, priceMinor }, i) => ({
    ...{ offer, store, quantity, priceMinor, netMinor: nets[i]! },
    ...{ isGift: false, refunded: 0 },
  }));
  const offers = new Map(
    cart.lines.map(({ offer, priceMinor, isFullPrice, stacks, categories, excludes }) => [
      offer as string,
      {
        listPriceMinor: isFullPrice ? priceMinor : priceMinor + 1,
        lane: stacks ? ('cart' as const) : ('flash' as const),
        ...{ categories, excludes },
      },
    ]),
  );
  return { order: { lines, applied, pointsUsed, pointsRate }, terms: { ...sale, offers } };
}

const total = ({ lines }: RefundableOrder): number =>
  lines.reduce((sum, { netMinor }) => sum + netMinor, 0);
const none = ({ lines }: RefundableOrder): number[] => lines.map(() => 0);
const all = ({ lines }: RefundableOrder): RefundLine[] =>
  lines.map(({ quantity }, line) => ({ line, quantity }));

const after = (order: RefundableOrder, { lines }: RefundShares): RefundableOrder => ({
  ...order,
  lines: order.lines.map((line, i) => {
    const units = lines.find((one) => one.line === i)?.quantity ?? 0;
    return { ...line, refunded: line.refunded + units };
  }),
});

const clawed = (
  { order, terms }: ReturnType<typeof bought>,
  asked: readonly RefundLine[],
  refundedMinor = 0,
): RefundShares => clawBack(order, terms, refundShares(order, asked), refundedMinor);

const input = (promotions: readonly Promotion[], lines: VectorInput['lines']): PricingCase => {
  const one = rulesOfVector({ promotions: [], lines });
  return { ...one, rules: { ...one.rules, promotions } };
};

const tenOff = { kind: 'fixed', off: 1_000, from: 0 } as const;

const twoLines = [
  { offer: 'a', store: 's1', price: 20_000 },
  { offer: 'b', store: 's2', price: 10_000 },
];
/** 50.00 off every full 300.00. */
const every300 = promotion('every', {
  effect: { kind: 'every', every: 30_000, off: 5_000, times: null },
});

describe('with clawback, a partial refund', () => {
  test('keeps back what the kept lines no longer earn', () => {
    const one = bought(input([every300], twoLines));
    expect(total(one.order)).toBe(25_000);
    const refund = clawed(one, [{ line: 1, quantity: 1 }]);
    // 250.00 were paid and line a alone costs 200.00: 50.00 go back, not the frozen 83.33.
    expect(cashOf(refund)).toBe(5_000);
    expect(cashOf(refundShares(one.order, [{ line: 1, quantity: 1 }]))).toBe(8_333);
  });

  test('gives nothing when the kept lines alone cost as much as the whole order or more', () => {
    const generous = { kind: 'every', every: 30_000, off: 12_000, times: null } as const;
    const one = bought(input([promotion('every', { effect: generous })], twoLines));
    // 180.00 were paid and line a alone costs 200.00: nothing goes back.
    expect(cashOf(clawed(one, [{ line: 1, quantity: 1 }]))).toBe(0);
  });

  test('ignores what budgets have left', () => {
    const one = bought(input([every300], [...twoLines, { offer: 'c', store: 's1', price: 500 }]));
    const promotions = one.terms.promotions.map((of) => ({ ...of, budget: 'purse' }));
    const { order } = one;
    // The kept lines a and b still earn 50.00 off.
    expect(
      cashOf(clawed({ order, terms: { ...one.terms, promotions } }, [{ line: 2, quantity: 1 }])),
    ).toBe(500);
  });

  test('leaves the rest to the last refund', () => {
    const one = bought(input([every300], twoLines));
    const first = clawed(one, [{ line: 1, quantity: 1 }]);
    const rest = { ...one, order: after(one.order, first) };
    const last = clawed(rest, [{ line: 0, quantity: 1 }], cashOf(first));
    expect(cashOf(first) + cashOf(last)).toBe(25_000);
  });

  test('prices the kept lines with the order’s tier, coupons, red packet and points', () => {
    const members = [
      promotion('m1', {
        members: ['gold', 'vip'],
        effect: { kind: 'percent', bps: 500, cap: null, from: 0 },
      }),
      promotion('m2', { layer: 'member', members: ['vip'], effect: tenOff }),
      promotion('c', { layer: 'store_coupon', isCoupon: true, effect: tenOff }),
    ];
    const { rules, cart } = input(members, [...twoLines, { offer: 'f', store: 's1', price: 1 }]);
    const holding = { member: 'vip', coupons: new Set(['c']), redPacketMinor: 3_000, points: 50 };
    const one = bought({ rules, cart: { ...cart, ...holding }, potsLeft: new Map() });
    const ids = one.order.applied.map((of) => of.promotion);
    expect(ids).toEqual(['c', 'm1', 'm2', 'red_packet', 'points']);
    expect(keptPrice(one.order, one.terms, none(one.order))).toBe(total(one.order));
  });
});

test('the kept lines cost what was paid when nothing is refunded', async () => {
  await forEachCase(600, (one) => {
    const { order, terms } = bought({ ...one, cart: { ...one.cart, member: null } });
    // A coupon that won but gave nothing does not count as used; without it another may win.
    if (couponsUsed(order).length < one.cart.coupons.size) return;
    expect(keptPrice(order, terms, none(order))).toBe(total(order));
  });
});

test('a refund of all lines gives back everything paid, whatever was refunded before', async () => {
  await forEachCase(300, (random) => {
    const one = bought(random);
    expect(cashOf(clawed(one, all(one.order)))).toBe(total(one.order));
    const first = clawed(one, [{ line: 0, quantity: 1 }]);
    for (const { cashMinor } of first.lines) expect(cashMinor).toBeGreaterThanOrEqual(0);
    expect(cashOf(first)).toBeLessThanOrEqual(total(one.order));
    const rest = after(one.order, first);
    const left = all(rest)
      .map(({ line, quantity }) => ({ line, quantity: quantity - rest.lines[line]!.refunded }))
      .filter(({ quantity }) => quantity > 0);
    if (left.length === 0) return;
    const last = clawed({ ...one, order: rest }, left, cashOf(first));
    expect(cashOf(first) + cashOf(last)).toBe(total(one.order));
  });
});

test('the refund of W4’s third line is the difference to W4 priced without it', () => {
  const { input: w4 } = readVectors('stacking.json').cases.find((of) => of.name.startsWith('W4 '))!;
  const one = bought(rulesOfVector(w4));
  const refund = clawed(one, [{ line: 2, quantity: 1 }]);
  const kept = [0, 1, 3].map((i) => w4.lines[i]!);
  const coupons = (w4.coupons ?? []).filter((id) => id !== 's2-c15');
  const { rules, cart, potsLeft } = rulesOfVector({ ...w4, lines: kept, coupons });
  expect(cashOf(refund)).toBe(62_188 - priceCart(rules, cart, potsLeft).totalMinor);
});

test('an order whose offers are unknown is not priced', () => {
  const { order, terms } = bought(input([], twoLines));
  const blank = { ...terms, offers: new Map() };
  expect(() => keptPrice(order, blank, none(order))).toThrow('no terms of offer a');
});
