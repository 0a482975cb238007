import type { Cart, DueGift, Rules } from './cart.ts';
import { basisOf, isOpenTo } from './eligible-lines.ts';
import { MAX_GIFTS } from '../promotion.ts';
import type { Effect, Promotion } from '../promotion.ts';

type Gift = Promotion & { readonly effect: Extract<Effect, { kind: 'gift' }> };

/** What a gift promotion gives with a cart, or could: its threshold against eligible activity. */
export interface GiftLook {
  readonly promotion: Gift;
  /** Σ activity of its eligible lines, in minor units. */
  readonly basisMinor: number;
}

const isGift = (promotion: Promotion): promotion is Gift => promotion.effect.kind === 'gift';

/** Gift promotions open to the shopper with something eligible in the cart, in id order. */
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

/** Whether the cart reaches a gift's threshold. */
export const isDue = ({ promotion, basisMinor }: GiftLook): boolean =>
  basisMinor >= promotion.effect.from;

/** Gifts a cart reaches, in id order, ten at most; gifts stand outside layers' picks. */
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
