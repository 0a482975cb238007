import type { OfferId } from '../ids.ts';
import type { OrderLine, Receipt } from '../order.ts';
import type { Offer } from '../sale.ts';
import { unitsByOffer } from '../units.ts';
import type { Cart, DueGift, Priced, Rules } from './cart.ts';
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

/** Where gifts come from. */
export interface GiftStock {
  readonly offers: ReadonlyMap<OfferId, Pick<Offer, 'store' | 'isPaused'>>;
  readonly unitsLeft: (offer: OfferId) => number;
}

/** A priced cart with the gifts that the stock allows, after the units of its lines. */
export function withGifts(
  { offers, unitsLeft }: GiftStock,
  { lines }: Pick<Cart, 'lines'>,
  { nets, applied, gifts, pointsUsed }: Priced,
): Receipt {
  const taken = unitsByOffer(lines);
  const bought = lines.map((line, i): OrderLine => {
    const { offer, store, quantity, priceMinor } = line;
    return { offer, store, quantity, priceMinor, netMinor: nets[i]!, isGift: false };
  });
  const outOfGifts: string[] = [];
  for (const { promotion, offer, quantity } of gifts) {
    const isTaken = taken.get(offer) ?? 0;
    const { store, isPaused } = offers.get(offer) ?? {};
    if (store === undefined || isPaused || unitsLeft(offer) - isTaken < quantity) {
      outOfGifts.push(promotion);
      continue;
    }
    taken.set(offer, isTaken + quantity);
    bought.push({ offer, store, quantity, priceMinor: 0, netMinor: 0, isGift: true });
  }
  return { lines: bought, applied, outOfGifts, pointsUsed };
}
