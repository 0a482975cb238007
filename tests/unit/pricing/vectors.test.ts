import { describe, expect, test } from 'vitest';
import { bestDeal } from '../../../src/domain/pricing/best-deal.ts';
import { explain } from '../../../src/domain/pricing/hints.ts';
import { budgetPot } from '../../../src/domain/promotion.ts';
import type { Trace } from '../../../src/domain/pricing/price-cart.ts';
import { priceCart } from '../../../src/domain/pricing/price-cart.ts';
import { readVectors, rulesOfVector, VECTOR_FILES, vectorApplied } from '../../vectors/adapter.ts';
import type { VectorCase } from '../../vectors/adapter.ts';

/** The parts of a price that a case states. */
function priced({ input, expect: said }: VectorCase): object {
  const { rules, cart, potsLeft } = rulesOfVector(input);
  const trace: Trace = [];
  const price = priceCart(rules, cart, potsLeft, trace);
  const given = (budget: string) =>
    price.applied
      .filter((one) => one.budget === budget)
      .reduce((sum, { discountMinor }) => sum + discountMinor, 0);
  const left = (budget: string) => potsLeft.get(budgetPot(budget))! - given(budget);
  const all = {
    budgets: Object.fromEntries(
      Object.keys(said.budgets ?? {}).map((budget) => [budget, left(budget)]),
    ),
    gifts: price.gifts.map(({ promotion }) => promotion),
    pointsUsed: price.pointsUsed,
    ...explain(rules, cart, trace),
  };
  return {
    total: price.totalMinor,
    nets: price.nets,
    applied: vectorApplied(price),
    ...Object.fromEntries(Object.entries(all).filter(([name]) => name in said)),
  };
}

describe.each(VECTOR_FILES)('%s', (name) => {
  const { cases, bestDeal: deals } = readVectors(name);

  test.each(cases)('$name', (one) => {
    expect(priced(one)).toEqual(one.expect);
  });

  test.each(deals)('$name', ({ input, held, expect: said }) => {
    const { rules, cart, potsLeft } = rulesOfVector(input);
    const deal = bestDeal(rules, cart, held, potsLeft);
    expect({ total: deal.priced.totalMinor, coupons: deal.coupons }).toEqual(said);
    expect(deal.exhaustive).toBe(true);
  });
});
