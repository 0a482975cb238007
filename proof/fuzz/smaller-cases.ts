import type { Cart, CartLine } from '../../src/domain/pricing/cart.ts';
import type { Effect, Promotion } from '../../src/domain/promotion.ts';
import type { PricingCase } from './pricing-case.ts';

const without = <T>(list: readonly T[], place: number): T[] => list.filter((_, i) => i !== place);

const withCart = (one: PricingCase, change: Partial<Cart>): PricingCase => ({
  ...one,
  cart: { ...one.cart, ...change },
});

/** Replaces the promotions. The cart drops coupons that belong to none of them. */
function withPromotions(one: PricingCase, promotions: readonly Promotion[]): PricingCase {
  const { rules, cart } = one;
  const named = promotions.filter(({ id, isCoupon }) => isCoupon && cart.coupons.has(id));
  const coupons = new Set(named.map(({ id }) => id));
  return { ...one, rules: { ...rules, promotions }, cart: { ...cart, coupons } };
}

/** Smaller numbers to try in place of `value`, none below `least`. */
function* smallerNumbers(value: number, least: number): Generator<number> {
  if (value > least) yield least;
  for (const smaller of [Math.floor(value / 10), Math.floor(value / 2), value - 1]) {
    if (smaller > least && smaller < value) yield smaller;
  }
}

function* smallerLines({ lines }: Cart): Generator<CartLine[]> {
  for (let i = 0; lines.length > 1 && i < lines.length; i++) yield without(lines, i);
  for (const [i, line] of lines.entries()) {
    for (const quantity of smallerNumbers(line.quantity, 1)) {
      yield lines.with(i, { ...line, quantity });
    }
    // Lines of one offer have one price, so they change together.
    const ofOffer = (change: Partial<CartLine>) =>
      lines.map((one) => (one.offer === line.offer ? { ...one, ...change } : one));
    for (const priceMinor of smallerNumbers(line.priceMinor, 1)) yield ofOffer({ priceMinor });
    if (line.excludes.length > 0) yield ofOffer({ excludes: [] });
    if (line.categories.length > 0) yield ofOffer({ categories: [] });
    if (!line.isFullPrice) yield ofOffer({ isFullPrice: true });
    if (!line.stacks) yield ofOffer({ stacks: true });
  }
}

/** The numbers of an effect that may shrink, each with its least value. */
const LEAST: Readonly<Record<string, number>> = { off: 1, every: 1, bps: 1, from: 0, amount: 1 };

function* smallerEffects(effect: Effect): Generator<Effect> {
  if (effect.kind === 'tiers') {
    const { tiers } = effect;
    for (let i = 0; tiers.length > 1 && i < tiers.length; i++) {
      yield { kind: 'tiers', tiers: without(tiers, i) };
    }
    return;
  }
  if (effect.kind === 'freeUnits') return;
  if (effect.kind === 'every' && effect.times !== null) yield { ...effect, times: null };
  if (effect.kind === 'percent' && effect.cap !== null) yield { ...effect, cap: null };
  for (const [name, value] of Object.entries(effect)) {
    const least = LEAST[name];
    if (least === undefined) continue;
    for (const smaller of smallerNumbers(value as number, least)) {
      yield { ...effect, [name]: smaller } as Effect;
    }
  }
}

function* smallerPromotion(promotion: Promotion): Generator<Promotion> {
  for (const name of ['stores', 'offers', 'categories', 'members', 'budget'] as const) {
    if (promotion[name] !== null) yield { ...promotion, [name]: null };
  }
  if (promotion.isFullPriceOnly) yield { ...promotion, isFullPriceOnly: false };
  if (promotion.isCoupon) yield { ...promotion, isCoupon: false };
  for (const effect of smallerEffects(promotion.effect)) yield { ...promotion, effect };
}

function* withSmallerRules(one: PricingCase): Generator<PricingCase> {
  const { layers, promotions } = one.rules;
  for (let i = 0; i < promotions.length; i++) yield withPromotions(one, without(promotions, i));
  for (const [i, { name }] of layers.entries()) {
    const isInUse = promotions.some(({ layer }) => layer === name);
    if (isInUse || layers.length === 1) continue;
    yield { ...one, rules: { ...one.rules, layers: without(layers, i) } };
  }
  for (const [i, promotion] of promotions.entries()) {
    for (const smaller of smallerPromotion(promotion)) {
      yield withPromotions(one, promotions.with(i, smaller));
    }
  }
}

/** Cases one step smaller, the largest steps first. Any chain of steps is finite. */
export function* shrink(one: PricingCase): Generator<PricingCase> {
  const { cart, potsLeft } = one;
  yield* withSmallerRules(one);
  for (const lines of smallerLines(cart)) yield withCart(one, { lines });
  if (cart.redPacketMinor > 0) yield withCart(one, { redPacketMinor: 0 });
  if (cart.points > 0) yield withCart(one, { points: 0 });
  if (cart.member !== null) yield withCart(one, { member: null });
  for (const coupon of cart.coupons) {
    yield withCart(one, { coupons: new Set([...cart.coupons].filter((id) => id !== coupon)) });
  }
  for (const [pot, left] of potsLeft) {
    for (const smaller of smallerNumbers(left, 0)) {
      yield { ...one, potsLeft: new Map(potsLeft).set(pot, smaller) };
    }
  }
}

/** Shrinks a case step by step, as long as `holds` is true of the smaller case. */
export async function smallest(
  from: PricingCase,
  holds: (one: PricingCase) => boolean | Promise<boolean>,
): Promise<PricingCase> {
  let least = from;
  for (let steps = 0; steps < 10_000; steps++) {
    let next: PricingCase | null = null;
    for (const smaller of shrink(least)) {
      if (!(await holds(smaller))) continue;
      next = smaller;
      break;
    }
    if (!next) return least;
    least = next;
  }
  return least;
}
