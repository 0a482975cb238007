import type { Cart, Rules } from './cart.ts';
import { discountAt, tierReached } from './effects.ts';
import { isEligible, isForMember } from './eligible-lines.ts';
import { giftLooks, isDue } from './gifts.ts';
import { activityMinor } from '../order.ts';
import { POINTS, RED_PACKET } from '../promotion.ts';
import type { Effect, Promotion } from '../promotion.ts';
import type { NearView, UnusedReason, UnusedView } from './quote.ts';
import type { Look, Trace } from './price-cart.ts';

/** The most near misses that are shown. */
export const MAX_NEAR = 10;

/** The next threshold of an effect, and its distance from the last one. Minor units. */
interface Step {
  readonly atMinor: number;
  readonly sizeMinor: number;
}

const firstStep = (from: number, basisMinor: number): Step | null =>
  basisMinor < from ? { atMinor: from, sizeMinor: from } : null;

/** @returns null when there is no next threshold; a step may give no more than before */
function nextStep(effect: Look['promotion']['effect'], basisMinor: number): Step | null {
  switch (effect.kind) {
    case 'tiers': {
      const above = effect.tiers.map(({ from }) => from).filter((from) => from > basisMinor);
      if (above.length === 0) return null;
      const atMinor = Math.min(...above);
      return { atMinor, sizeMinor: atMinor - (tierReached(effect.tiers, basisMinor)?.from ?? 0) };
    }
    case 'every': {
      const { every } = effect;
      return { atMinor: (Math.floor(basisMinor / every) + 1) * every, sizeMinor: every };
    }
    case 'percent':
    case 'fixed':
    case 'gift':
      return firstStep(effect.from, basisMinor);
    case 'freeUnits':
    case 'points':
    case 'packet':
      return null;
  }
}

/** A promotion that may be near, with what its scope gets so far and what its budget holds. */
interface Nearing extends Pick<Look, 'promotion' | 'store' | 'basisMinor' | 'leftMinor'> {
  readonly nowMinor: number;
}

/**
 * A near miss has at least half of the step done, and would give a gift, or more than what applies
 * in its scope.
 */
function nearOf({ promotion, store, basisMinor, leftMinor, nowMinor }: Nearing): NearView | null {
  const { id, effect } = promotion;
  const step = nextStep(effect, basisMinor);
  if (!step) return null;
  const missing = step.atMinor - basisMinor;
  const isGift = effect.kind === 'gift';
  const gives = isGift ? 0 : Math.min(discountAt(effect, step.atMinor), leftMinor) - nowMinor;
  if (missing * 2 > step.sizeMinor || (gives <= 0 && !isGift)) return null;
  return { promotion: id, ...(store === null ? {} : { store }), missing, gives };
}

/** What a scope gets so far. In a layer that applies all, only the promotion's own discount. */
function nowMinorOf({ layers }: Rules, look: Look, trace: Trace): number {
  const { promotion, store, offeredMinor } = look;
  const layer = layers.find(({ name }) => name === promotion.layer);
  if (layer?.pick === 'all') return offeredMinor;
  const rivals = trace.filter(
    (other) => other.promotion.layer === promotion.layer && other.store === store,
  );
  return Math.max(...rivals.map((other) => other.offeredMinor));
}

/** Whether a coupon applied in another store: it cannot apply in two. */
function isSpentElsewhere(look: Look, trace: Trace): boolean {
  const { promotion, givenMinor } = look;
  if (!promotion.isCoupon || givenMinor > 0) return false;
  return trace.some((other) => other.promotion.id === promotion.id && other.givenMinor > 0);
}

function byMissing(one: NearView, other: NearView): number {
  if (one.missing !== other.missing) return one.missing - other.missing;
  if (one.promotion === other.promotion) return 0;
  return one.promotion < other.promotion ? -1 : 1;
}

function nearMisses(rules: Rules, cart: Cart, trace: Trace): NearView[] {
  const gifts = giftLooks(rules, cart, cart.lines.map(activityMinor));
  const nearing: Nearing[] = [
    ...trace
      .filter((look) => !isSpentElsewhere(look, trace))
      .map((look) => ({ ...look, nowMinor: nowMinorOf(rules, look, trace) })),
    ...gifts.map((look) => ({ ...look, store: null, leftMinor: 0, nowMinor: 0 })),
  ];
  const near = nearing.map(nearOf).filter((one) => one !== null);
  return near.sort(byMissing).slice(0, MAX_NEAR);
}

/** Why a coupon gave nothing in any scope: the reason from the scope where it came furthest. */
function reasonOf(looks: Trace): UnusedReason {
  if (looks.some(({ hasWon }) => hasWon)) return 'nothing_left_to_pay';
  if (looks.some(({ offeredMinor }) => offeredMinor > 0)) return 'another_was_better';
  return looks.some(({ ruleMinor }) => ruleMinor > 0) ? 'budget_spent' : 'below_threshold';
}

function giftReason(rules: Rules, cart: Cart, promotion: Promotion): UnusedReason | null {
  const looks = giftLooks(
    { ...rules, promotions: [promotion] },
    cart,
    cart.lines.map(activityMinor),
  );
  if (looks.length === 0) return 'no_eligible_line';
  return looks.every(isDue) ? null : 'below_threshold';
}

const isOfKind = ({ effect }: Promotion, kind: Effect['kind']): boolean => effect.kind === kind;

/** @returns null when the coupon applied */
function unusedReason(
  rules: Rules,
  cart: Cart,
  trace: Trace,
  promotion: Promotion,
): UnusedReason | null {
  if (!isForMember(promotion, cart)) return 'other_member_tier';
  if (isOfKind(promotion, 'gift')) return giftReason(rules, cart, promotion);
  const looks = trace.filter((look) => look.promotion.id === promotion.id);
  if (looks.some(({ givenMinor }) => givenMinor > 0)) return null;
  if (looks.length > 0) return reasonOf(looks);
  const isInCart = cart.lines.some((line) => isEligible(promotion, line));
  return isInCart ? 'nothing_left_to_pay' : 'no_eligible_line';
}

/** Lists named coupons that did not apply, in id order. */
function unusedCoupons(rules: Rules, cart: Cart, trace: Trace): UnusedView[] {
  const unused: UnusedView[] = [];
  for (const promotion of rules.promotions) {
    if (!promotion.isCoupon || !cart.coupons.has(promotion.id)) continue;
    const reason = unusedReason(rules, cart, trace, promotion);
    if (reason) unused.push({ promotion: promotion.id, reason });
  }
  return unused;
}

/** Lists a red packet and points that had nothing to pay for. */
function unusedTenders({ redPacketMinor, points, lines }: Cart, trace: Trace): UnusedView[] {
  const asked = [...(redPacketMinor > 0 ? [RED_PACKET] : []), ...(points > 0 ? [POINTS] : [])];
  return asked.flatMap((promotion): UnusedView[] => {
    const looks = trace.filter((look) => look.promotion.id === promotion);
    if (looks.some(({ givenMinor }) => givenMinor > 0)) return [];
    const mayPay = lines.some((line) => line.stacks && !line.excludes.includes(promotion));
    return [{ promotion, reason: mayPay ? 'nothing_left_to_pay' : 'no_eligible_line' }];
  });
}

/**
 * Explains a price to its shopper.
 * @param trace what `priceCart` collected for the same rules and cart
 * @returns near: the smallest `missing` first, at most 10. `gives` is the additional discount of
 *   the scope by rule and budget, 0 for a gift. It ignores later layers and forfeits. unused: named
 *   coupons and tenders that did not apply, each with the reason
 */
export function explain(
  rules: Rules,
  cart: Cart,
  trace: Trace,
): { near: NearView[]; unused: UnusedView[] } {
  const unused = [...unusedCoupons(rules, cart, trace), ...unusedTenders(cart, trace)];
  return { near: nearMisses(rules, cart, trace), unused };
}
