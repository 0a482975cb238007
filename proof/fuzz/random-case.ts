import type { CartLine } from '../../src/domain/pricing/cart.ts';
import type { Budget, Promotion } from '../../src/domain/promotion.ts';
import { budgetPot, MAX_POINTS, POINTS, RED_PACKET } from '../../src/domain/promotion.ts';
import { rulesOf } from '../../src/domain/pricing/rules-of-sale.ts';
import { MAX_ACTIVITY_MINOR } from '../../src/domain/sale.ts';
import { Dice } from '../builders/dice.ts';
import type { PricingCase } from './pricing-case.ts';
import { landmarksOf, randomAmount, randomOff } from './random-amounts.ts';
import type { Making } from './random-amounts.ts';
import { filled, randomLayers, randomLines, randomOffers } from './random-lines.ts';
import { MEMBERS, randomPromotions } from './random-promotions.ts';

const RATES = [1, 1, 2, 3, 7, 10, 100, 10_000];

function randomPots(making: Making): Map<string, number> {
  const { dice, budgets } = making;
  const pots = new Map<string, number>();
  for (const { id } of budgets) {
    if (dice.oneIn(8)) continue;
    pots.set(budgetPot(id), dice.oneIn(4) ? dice.below(3) : randomAmount(making));
  }
  return pots;
}

function randomCart(making: Making, lines: readonly CartLine[], promotions: readonly Promotion[]) {
  const { dice, layers } = making;
  const hasLayer = (name: string) => layers.some((layer) => layer.name === name);
  const coupons = promotions.filter(({ isCoupon }) => isCoupon && !dice.oneIn(5));
  const redPacketMinor = hasLayer(RED_PACKET) && !dice.oneIn(3) ? randomOff(making) : 0;
  const points = hasLayer(POINTS) && !dice.oneIn(3) ? randomOff(making) : 0;
  return {
    lines,
    member: dice.oneIn(3) ? null : dice.pick(MEMBERS),
    coupons: new Set(coupons.map(({ id }) => id)),
    redPacketMinor,
    points: points > 0 && dice.oneIn(20) ? MAX_POINTS : points,
  };
}

/** A random case within the bounds of a valid sale. The same seed gives the same case. */
export function randomCase(seed: number): PricingCase {
  const dice = new Dice(seed);
  const layers = randomLayers(dice);
  const offers = randomOffers(dice, layers);
  const few = randomLines(dice, offers);
  const lines = dice.oneIn(40) ? filled(few) : few;
  const budgets = Array.from({ length: dice.below(4) }, (_, i): Budget => ({
    id: `b${i}`,
    store: null,
    amountMinor: MAX_ACTIVITY_MINOR,
    policy: dice.oneIn(2) ? 'whole' : 'partial',
  }));
  const making: Making = { dice, layers, offers, budgets, landmarks: landmarksOf(lines) };
  const promotions = randomPromotions(making);
  const pointsRate = dice.pick(RATES);
  return {
    rules: rulesOf({ layers, pointsRate, promotions, budgets, rulesVersion: 1 }),
    cart: randomCart(making, lines, promotions),
    potsLeft: randomPots(making),
  };
}
