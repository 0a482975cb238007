import type { Cart, DueGift, Rules } from './cart.ts';
import { basisOf, isOpenTo } from './eligible-lines.ts';
import { MAX_GIFTS } from '../promotion.ts';
import type { Effect, Promotion } from '../promotion.ts';

type Gift = Promotion & { readonly effect: Extract<Effect, { kind: 'gift' }> };

/** A gift promotion, with the eligible activity that its threshold is compared with. */
export interface GiftLook {
  readonly promotion: Gift;
  /** The activity of its eligible lines, in minor units. */
  readonly basisMinor: number;
}

const isGift = (promotion: Promotion): promotion is Gift => promotion.effect.kind === 'gift';

/** Gift promotions that are open to the shopper and have eligible lines, in id order. */
export function giftLooks(rules: Rules, cart: Cart, activityMinor: readonly number[]): GiftLook[] {
  const scope = { lines: cart.lines, amounts: activityMinor, store: null };
  const looks: GiftLook[] = [];
  for (const promotion of rules.promotions) {
    if (!isGift(promotion) || !isOpenTo(promotion, cart)) continue;
    const basisMinor = basisOf(promotion, scope);
    if (basisMinor > 0) looks.push({ promotion, basisMinor });
  }
  return looks;
}

/** Whether the cart reaches the gift's threshold. */
export const isDue = ({ promotion, basisMinor }: GiftLook): boolean =>
  basisMinor >= promotion.effect.from;

/** The gifts that a cart reaches, in id order, ten at most. Layers do not pick among gifts. */
export function dueGifts(rules: Rules, cart: Cart, activityMinor: readonly number[]): DueGift[] {
  return giftLooks(rules, cart, activityMinor)
    .filter(isDue)
    .slice(0, MAX_GIFTS)
    .map(({ promotion }) => ({
      promotion: promotion.id,
      offer: promotion.effect.offer,
      quantity: promotion.effect.quantity,
    }));
}
