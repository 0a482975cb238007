import type { Applied } from '../../../src/domain/order.ts';
import { describe, expect, test } from 'vitest';
import type { Cart, CartLine, Priced } from '../../../src/domain/pricing/cart.ts';
import { budgetPot, POINTS, RED_PACKET } from '../../../src/domain/promotion.ts';
import type { Promotion } from '../../../src/domain/promotion.ts';
import type { Look, Trace } from '../../../src/domain/pricing/price-cart.ts';
import { priceCart } from '../../../src/domain/pricing/price-cart.ts';
import { Dice } from '../../../proof/builders/dice.ts';
import { forEachCase } from './each-case.ts';
import type { PricingCase } from '../../../proof/fuzz/pricing-case.ts';

const RUNS = 3000;

const price = ({ rules, cart, potsLeft }: PricingCase, trace?: Trace): Priced =>
  priceCart(rules, cart, potsLeft, trace);

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);
const activities = ({ lines }: Cart): number[] =>
  lines.map(({ priceMinor, quantity }) => priceMinor * quantity);

/** Whether a promotion may apply to a line, written independently of the code under test. */
function belongs(promotion: Promotion, line: CartLine): boolean {
  const lists: [readonly string[] | null, readonly string[]][] = [
    [promotion.stores, [line.store]],
    [promotion.offers, [line.offer]],
    [promotion.categories, line.categories],
  ];
  const isListed = lists.every(([list, has]) => !list || has.some((one) => list.includes(one)));
  const isBarred = line.excludes.includes(promotion.layer) || !line.stacks;
  return isListed && !isBarred && (line.isFullPrice || !promotion.isFullPriceOnly);
}

describe('a price', () => {
  test('is the activity when nothing comes off', async () => {
    await forEachCase(RUNS, ({ rules, cart, potsLeft }) => {
      const plain = { ...cart, redPacketMinor: 0, points: 0 };
      const priced = priceCart({ ...rules, promotions: [] }, plain, potsLeft);
      expect(priced.totalMinor).toBe(sum(activities(cart)));
      expect(priced.nets).toEqual(activities(cart));
      expect(priced.applied).toEqual([]);
    });
  });

  test('is explained to the cent: each line costs its activity less its shares', async () => {
    await forEachCase(RUNS, (one) => {
      const { applied, nets, totalMinor } = price(one);
      const rest = activities(one.cart);
      for (const { shares, discountMinor, forfeitedMinor } of applied) {
        expect(shares.length).toBe(rest.length);
        expect(sum(shares)).toBe(discountMinor);
        expect(discountMinor).toBeGreaterThan(0);
        expect(forfeitedMinor).toBeGreaterThanOrEqual(0);
        shares.forEach((share, i) => {
          expect(Number.isSafeInteger(share) && share >= 0).toBe(true);
          rest[i]! -= share;
        });
      }
      expect(nets).toEqual(rest);
      expect(Math.min(...nets)).toBeGreaterThanOrEqual(0);
      expect(sum(nets)).toBe(totalMinor);
    });
  });

  test('gives a line a share only of promotions that apply to it', async () => {
    await forEachCase(RUNS, (one) => {
      const promotions = new Map(one.rules.promotions.map((each) => [each.id, each]));
      for (const { promotion, layer, shares } of price(one).applied) {
        const rule = promotions.get(promotion);
        one.cart.lines.forEach((line, i) => {
          if (shares[i] === 0) return;
          expect(line.stacks && !line.excludes.includes(layer)).toBe(true);
          if (rule) expect(belongs(rule, line)).toBe(true);
        });
        if (rule?.isCoupon) expect(one.cart.coupons.has(promotion)).toBe(true);
        if (rule?.members) expect(rule.members).toContain(one.cart.member);
      }
    });
  });

  test('applies each coupon once, and only as many promotions as a layer picks', async () => {
    await forEachCase(RUNS, (one) => {
      const { applied } = price(one);
      const coupons = applied.filter(({ isCoupon }) => isCoupon).map(({ promotion }) => promotion);
      expect(new Set(coupons).size).toBe(coupons.length);
      const stores = (shares: readonly number[]) =>
        new Set(one.cart.lines.filter((_, i) => shares[i]! > 0).map(({ store }) => store));
      for (const { name, pick } of one.rules.layers) {
        const ofLayer = applied.filter(({ layer }) => layer === name);
        if (pick === 'one') expect(ofLayer.length).toBeLessThanOrEqual(1);
        if (pick !== 'one_per_store') continue;
        const touched = ofLayer.flatMap(({ shares }) => [...stores(shares)]);
        expect(touched.length).toBe(ofLayer.length);
        expect(new Set(touched).size).toBe(touched.length);
      }
    });
  });

  test('takes no more than the budgets, the red packet and the points hold', async () => {
    await forEachCase(RUNS, (one) => {
      const { rules, cart, potsLeft } = one;
      const { applied, pointsUsed } = price(one);
      const given = (is: (one: Applied) => boolean) =>
        sum(applied.filter(is).map(({ discountMinor }) => discountMinor));
      for (const budget of rules.policies.keys()) {
        const left = potsLeft.get(budgetPot(budget)) ?? 0;
        expect(given((each) => each.budget === budget)).toBeLessThanOrEqual(left);
      }
      const packet = given(({ promotion }) => promotion === RED_PACKET);
      expect(packet).toBeLessThanOrEqual(cart.redPacketMinor);
      expect(Number.isSafeInteger(pointsUsed) && pointsUsed <= cart.points).toBe(true);
      expect(given(({ promotion }) => promotion === POINTS)).toBe(pointsUsed * rules.pointsRate);
    });
  });

  test('is the same every time, with or without a trace, and leaves the pots alone', async () => {
    await forEachCase(RUNS, (one) => {
      const pots = [...one.potsLeft];
      const first = price(one);
      expect(price(one, [])).toEqual(first);
      expect([...one.potsLeft]).toEqual(pots);
    });
  });
});

/** The same case, in which no coupon and no budget has to choose among stores. */
function withoutChoiceOfStore({ rules, ...rest }: PricingCase): PricingCase {
  const perStore = rules.layers.filter(({ pick }) => pick === 'one_per_store');
  const names = perStore.map(({ name }) => name);
  const promotions = rules.promotions
    .filter(({ isCoupon, id }) => !isCoupon || rest.cart.coupons.has(id))
    .map((one) => (names.includes(one.layer) ? { ...one, isCoupon: false, budget: null } : one));
  return { ...rest, rules: { ...rules, promotions } };
}

/** Whether a line got a last cent of a split only because it comes first. */
function hasCentTie(weights: readonly number[], amountMinor: number): boolean {
  const total = sum(weights);
  const remainders = weights.map((weight) => (amountMinor * weight) % total);
  const cents = sum(remainders) / total;
  const ranked = remainders.sort((a, b) => b - a);
  return cents > 0 && ranked[cents - 1] === ranked[cents];
}

const isFree = ({ promotion }: Look): boolean => promotion.effect.kind === 'freeUnits';

/** Whether the order of lines decided something: who got a cent, or whose unit is free. */
function isDecidedByOrder(one: PricingCase, looks: readonly Look[]): boolean {
  const prices = one.cart.lines.map(({ priceMinor }) => priceMinor);
  const owed = activities(one.cart);
  const { applied } = price(one);
  let isDecided = false;
  looks.forEach((look, i) => {
    const { promotion, store, offeredMinor } = look;
    const { basis } = one.rules.layers.find(({ name }) => name === promotion.layer)!;
    const weights = one.cart.lines.map((line, j) => {
      const isIn = belongs(promotion as Promotion, line) && (store ?? line.store) === line.store;
      return isIn ? (basis === 'activity' ? activities(one.cart) : owed)[j]! : 0;
    });
    const isSplit = isFree(look)
      ? new Set(prices).size === prices.length && offeredMinor === look.ruleMinor
      : !hasCentTie(weights, offeredMinor);
    isDecided ||= !isSplit;
    applied[i]?.shares.forEach((share, j) => (owed[j]! -= share));
  });
  return isDecided;
}

test('lines in another order cost the same, unless their order decides a tie', async () => {
  let compared = 0;
  await forEachCase(RUNS, (random) => {
    const one = withoutChoiceOfStore(random);
    const trace: Trace = [];
    const priced = price(one, trace);
    const winners = trace.filter(({ hasWon }) => hasWon);
    // `isDecidedByOrder` pairs winners with applied promotions, so each winner must have applied.
    if (winners.some(({ givenMinor }) => givenMinor === 0)) return;
    if (isDecidedByOrder(one, winners)) return;
    compared++;
    const { lines } = one.cart;
    const places = new Dice(lines.length).some([...lines.keys()], lines.length).reverse();
    const moved = { ...one, cart: { ...one.cart, lines: places.map((place) => lines[place]!) } };
    const again = price(moved);
    expect(again.totalMinor).toBe(priced.totalMinor);
    expect(again.nets).toEqual(places.map((place) => priced.nets[place]));
  });
  expect(compared).toBeGreaterThan(RUNS / 4);
});
