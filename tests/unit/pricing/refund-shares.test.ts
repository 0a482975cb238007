import { describe, expect, test } from 'vitest';
import type { OfferId, StoreId } from '../../../src/domain/ids.ts';
import { POINTS, RED_PACKET } from '../../../src/domain/promotion.ts';
import type { RefundLine } from '../../../src/domain/refunds/refund.ts';
import {
  cashOf,
  partOf,
  redPacketOf,
  refundShares,
} from '../../../src/domain/refunds/refund-shares.ts';
import type { RefundShares, RefundableOrder } from '../../../src/domain/refunds/refund-shares.ts';
import { priceCart } from '../../../src/domain/pricing/price-cart.ts';
import { readRefunds, readVectors, rulesOfVector } from '../../vectors/adapter.ts';
import { Dice } from '../../../proof/builders/dice.ts';
import { forEachCase } from './each-case.ts';
import type { PricingCase } from '../../../proof/fuzz/pricing-case.ts';

/** A cart as a paid order, with this many gift lines. */
function orderOf({ rules, cart, potsLeft }: PricingCase, gifts = 0): RefundableOrder {
  const { nets, applied, pointsUsed } = priceCart(rules, cart, potsLeft);
  const lines = cart.lines.map(({ offer, store, quantity, priceMinor }, i) => ({
    ...{ offer, store, quantity, priceMinor, netMinor: nets[i]! },
    ...{ isGift: false, refunded: 0 },
  }));
  const gift = {
    ...{ offer: 'gift' as OfferId, store: 's1' as StoreId, quantity: 2, priceMinor: 0 },
    ...{ netMinor: 0, isGift: true, refunded: 0 },
  };
  const given = Array.from({ length: gifts }, () => gift);
  return { lines: [...lines, ...given], applied, pointsUsed, pointsRate: rules.pointsRate };
}

const after = (order: RefundableOrder, { lines }: RefundShares): RefundableOrder => ({
  ...order,
  lines: order.lines.map((line, i) => {
    const units = lines.find((one) => one.line === i)?.quantity ?? 0;
    return { ...line, refunded: line.refunded + units };
  }),
});

/** Some units of some of the lines that are left; null when no line is left. */
function someOf(dice: Dice, { lines }: RefundableOrder): RefundLine[] | null {
  const left = lines.flatMap(({ isGift, quantity, refunded }, line) =>
    isGift || quantity === refunded ? [] : [{ line, most: quantity - refunded }],
  );
  if (left.length === 0) return null;
  return dice.some(left, 1 + dice.below(3)).map(({ line, most }) => {
    return { line, quantity: dice.oneIn(3) ? most : 1 + dice.below(most) };
  });
}

/** Refunds an order at random until nothing is left. */
function refundAll(dice: Dice, order: RefundableOrder): RefundShares[] {
  const refunds: RefundShares[] = [];
  for (let now = order; ;) {
    const asked = someOf(dice, now);
    if (!asked) return refunds;
    refunds.push(refundShares(now, asked));
    now = after(now, refunds.at(-1)!);
  }
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);
const sharesIn = ({ applied }: RefundableOrder, layer: string, line?: number): number =>
  sum(
    applied
      .filter((one) => one.layer === layer)
      .map(({ shares }) => (line === undefined ? sum(shares) : (shares[line] ?? 0))),
  );

const seedOf = ({ cart }: PricingCase): number => sum(cart.lines.map((line) => line.quantity));
const RUNS = 600;

describe('any sequence of partial refunds', () => {
  test('sums to the amount paid, in cash, red packet and points', async () => {
    await forEachCase(RUNS, (one) => {
      const order = orderOf(one, 2);
      const refunds = refundAll(new Dice(seedOf(one)), order);
      expect(sum(refunds.map(cashOf))).toBe(sum(order.lines.map(({ netMinor }) => netMinor)));
      expect(sum(refunds.map(redPacketOf))).toBe(sharesIn(order, RED_PACKET));
      const worth = Math.floor(sharesIn(order, POINTS) / one.rules.pointsRate);
      expect(sum(refunds.map(({ points }) => points))).toBe(worth);
      for (const { points } of refunds) expect(points).toBeGreaterThanOrEqual(0);
    });
  });

  test('sums to the amount paid by line, and no refund is negative', async () => {
    await forEachCase(RUNS, (one) => {
      const order = orderOf(one);
      const parts = refundAll(new Dice(seedOf(one)), order).flatMap(({ lines }) => lines);
      order.lines.forEach(({ quantity, netMinor }, i) => {
        const ofLine = parts.filter(({ line }) => line === i);
        expect(sum(ofLine.map((part) => part.quantity))).toBe(quantity);
        expect(sum(ofLine.map((part) => part.cashMinor))).toBe(netMinor);
        const packet = sum(ofLine.map((part) => part.redPacketMinor));
        expect(packet).toBe(sharesIn(order, RED_PACKET, i));
      });
      const amounts = parts.flatMap((part) => [part.cashMinor, part.redPacketMinor]);
      expect(amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
    });
  });

  test('returns to each funder exactly what it bore', async () => {
    await forEachCase(RUNS, (one) => {
      const order = orderOf(one);
      const refunds = refundAll(new Dice(seedOf(one)), order);
      const units = order.lines.map(() => 0);
      const freed = { platform: 0, store: 0 };
      for (const { line, quantity } of refunds.flatMap(({ lines }) => lines)) {
        for (const { funder, shares } of order.applied) {
          const whole = order.lines[line]!.quantity;
          freed[funder] += partOf(shares[line]!, whole, units[line]!, quantity);
        }
        units[line]! += quantity;
      }
      const bore = (funder: string) =>
        sum(order.applied.filter((of) => of.funder === funder).map((of) => of.discountMinor));
      expect(freed).toEqual({ platform: bore('platform'), store: bore('store') });
    });
  });

  test('returns the coupons and the gifts once, with the last refund', async () => {
    await forEachCase(RUNS, (one) => {
      const order = orderOf(one, 1);
      const refunds = refundAll(new Dice(seedOf(one)), order);
      const last = refunds.at(-1)!;
      expect(refunds.map(({ isWhole }) => isWhole)).toEqual(refunds.map((of) => of === last));
      for (const { coupons } of refunds.slice(0, -1)) expect(coupons).toEqual([]);
      const tenders = [RED_PACKET, POINTS];
      const used = order.applied.filter((of) => of.isCoupon && !tenders.includes(of.layer));
      expect(last.coupons).toEqual(used.map(({ promotion }) => promotion));
      const gift = order.lines.length - 1;
      const isGift = (part: RefundLine) => part.line === gift;
      expect(refunds.map(({ lines }) => lines.some(isGift))).toEqual(
        refunds.map((of) => of === last),
      );
      expect(last.lines.at(-1)).toEqual({
        ...{ line: gift, quantity: 2, cashMinor: 0, redPacketMinor: 0 },
      });
    });
  });
});

describe('the published examples', () => {
  const { cases } = readVectors('stacking.json');
  const { ofOrder, ofLine } = readRefunds();

  test(ofOrder.name, () => {
    const { input } = cases.find(({ name }) => name === ofOrder.of)!;
    const order = orderOf(rulesOfVector(input));
    const refund = refundShares(order, ofOrder.lines);
    const { cash, red_packet: packet, keptNets } = ofOrder.expect;
    expect([cashOf(refund), redPacketOf(refund)]).toEqual([cash, packet]);
    expect(refund).toMatchObject({ points: 0, coupons: [], isWhole: false });
    const kept = after(order, refund).lines.filter((line) => line.refunded === 0);
    expect(kept.map(({ netMinor }) => netMinor)).toEqual(keptNets);
    const rest = kept.map(({ quantity }, i) => ({ line: i < 2 ? i : 3, quantity }));
    const last = refundShares(after(order, refund), rest);
    expect(cashOf(last)).toBe(62_188 - cash);
    expect(redPacketOf(last)).toBe(1_000 - packet);
    expect(last.coupons).toEqual(['s1-c30', 's2-c15', 'beauty-20']);
  });

  test(ofLine.name, () => {
    const parts = ofLine.refundsOneByOne.map((_, before) =>
      partOf(ofLine.net, ofLine.quantity, before, 1),
    );
    expect(parts).toEqual(ofLine.refundsOneByOne);
  });
});

const line = (netMinor: number, quantity: number, refunded = 0) => ({
  ...{ offer: 'a' as OfferId, store: 's1' as StoreId, quantity, priceMinor: 1_000, netMinor },
  ...{ isGift: false, refunded },
});
const tender = (layer: string, promotion: string, shares: number[], isCoupon = false) => ({
  ...{ promotion, layer, basisMinor: 9_000, discountMinor: sum(shares), forfeitedMinor: 0 },
  ...{ funder: 'platform' as const, budget: null, isCoupon, shares },
});

test('points come back whole, and the last refund returns the rest', () => {
  // 10 points paid 70 minor units of three units; refunds reach 23, 46, then 70 of them.
  const at = (refunded: number): RefundableOrder => ({
    lines: [line(930, 3, refunded)],
    applied: [tender(POINTS, POINTS, [70])],
    ...{ pointsUsed: 10, pointsRate: 100 },
  });
  const one = [{ line: 0, quantity: 1 }];
  expect([0, 1, 2].map((before) => refundShares(at(before), one).points)).toEqual([3, 3, 4]);
  expect(refundShares(at(0), [{ line: 0, quantity: 3 }]).points).toBe(10);
});

test('points or packet that a coupon gave go to the balance, and the coupon stays used', () => {
  const order: RefundableOrder = {
    lines: [line(500, 1)],
    applied: [tender(POINTS, 'bonus', [250], true), tender(RED_PACKET, 'envelope', [250], true)],
    ...{ pointsUsed: 0, pointsRate: 100 },
  };
  const refund = refundShares(order, [{ line: 0, quantity: 1 }]);
  expect(refund).toMatchObject({ points: 2, coupons: [], isWhole: true });
  expect(redPacketOf(refund)).toBe(250);
});

test('a part is exact at the largest amount and quantity', () => {
  expect(partOf(90_000_000, 999, 998, 1)).toBe(90_000_000 - 89_909_909);
});
