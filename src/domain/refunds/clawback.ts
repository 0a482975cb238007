import { apportion } from '../pricing/apportion.ts';
import type { Cart, CartLine } from '../pricing/cart.ts';
import { totalMinor } from '../order.ts';
import { POINTS, RED_PACKET } from '../promotion.ts';
import type { Promotion } from '../promotion.ts';
import { partOf, rateOf } from './refund-shares.ts';
import type { RefundShares, RefundableLine, RefundableOrder } from './refund-shares.ts';
import { rulesOf } from '../pricing/rules-of-sale.ts';
import type { Offer, Sale } from '../sale.ts';
import { priceCart } from '../pricing/price-cart.ts';
import { couponsUsed } from '../pricing/order-spending.ts';

/** The terms of an offer, besides its price, that price a cart. */
export type OfferTraits = Pick<Offer, 'listPriceMinor' | 'lane' | 'categories' | 'excludes'>;

/** The terms that priced an order. */
export interface PastTerms extends Pick<Sale, 'layers' | 'pointsRate' | 'promotions'> {
  readonly rulesVersion: number;
  /** One for every offer of the order. */
  readonly offers: ReadonlyMap<string, OfferTraits>;
}

/** The lines that the shopper keeps, with the units that are left. Gifts price nothing. */
function keptLines(
  lines: readonly RefundableLine[],
  { offers }: PastTerms,
  refunded: readonly number[],
): CartLine[] {
  return lines.flatMap(({ offer, store, quantity, priceMinor, isGift }, i) => {
    const left = quantity - refunded[i]!;
    if (isGift || left === 0) return [];
    const traits = offers.get(offer);
    if (!traits) throw new Error(`no terms of offer ${offer}`);
    const { listPriceMinor, lane, categories, excludes } = traits;
    const isFullPrice = priceMinor === listPriceMinor;
    const stacks = lane === 'cart';
    return [
      {
        offer,
        store,
        quantity: left,
        priceMinor,
        isFullPrice,
        stacks,
        categories,
        excludes,
      },
    ];
  });
}

/** The shares of a tender that belong to the kept units, in minor units. */
function keptOf(order: RefundableOrder, tender: string, refunded: readonly number[]): number {
  const shares = order.applied.find(({ promotion }) => promotion === tender)?.shares ?? [];
  return shares.reduce((sum, share, i) => {
    return sum + share - partOf(share, order.lines[i]!.quantity, 0, refunded[i]!);
  }, 0);
}

/** A tier that opens every promotion for members that applied; null: none applied. */
function tierOf({ applied }: RefundableOrder, promotions: readonly Promotion[]): string | null {
  const ids = new Set(applied.map(({ promotion }) => promotion));
  const asked = promotions.flatMap(({ id, members }) => (members && ids.has(id) ? [members] : []));
  return asked[0]?.find((tier) => asked.every((members) => members.includes(tier))) ?? null;
}

/**
 * The price of the kept lines by the order's own rules: without budgets, with the coupons it used,
 * and with the red packet and points that belong to the kept units.
 * @param refunded units by line
 */
export function keptPrice(
  order: RefundableOrder,
  terms: PastTerms,
  refunded: readonly number[],
): number {
  const promotions = terms.promotions.map((promotion) => ({ ...promotion, budget: null }));
  const cart: Cart = {
    lines: keptLines(order.lines, terms, refunded),
    member: tierOf(order, promotions),
    coupons: new Set(couponsUsed(order)),
    redPacketMinor: keptOf(order, RED_PACKET, refunded),
    points: Math.ceil(keptOf(order, POINTS, refunded) / rateOf(order)),
  };
  return priceCart(rulesOf({ ...terms, promotions, budgets: [] }), cart, new Map()).totalMinor;
}

/** A refund's cash is split by frozen cash, else by worth, else by units. A gift gets nothing. */
function weightsOf({ lines: all }: RefundableOrder, { lines }: RefundShares): number[] {
  const units = lines.map(({ line, quantity }) => (all[line]!.isGift ? 0 : quantity));
  const worths = lines.map(({ line }, i) => all[line]!.priceMinor * units[i]!);
  const cash = lines.map(({ cashMinor }) => cashMinor);
  return [cash, worths].find((weights) => weights.some((weight) => weight > 0)) ?? units;
}

/**
 * Replaces a refund's cash: with what was refunded before, it adds up to paid − price of the kept
 * lines, but it is never below 0. Red packet, points and coupons stay.
 * @param refundedMinor the cash refunded before
 */
export function clawBack(
  order: RefundableOrder,
  terms: PastTerms,
  shares: RefundShares,
  refundedMinor: number,
): RefundShares {
  const refunded = order.lines.map((line) => line.refunded);
  for (const { line, quantity } of shares.lines) refunded[line]! += quantity;
  const dueMinor = totalMinor(order) - keptPrice(order, terms, refunded);
  const cash = apportion(Math.max(0, dueMinor - refundedMinor), weightsOf(order, shares));
  return { ...shares, lines: shares.lines.map((one, i) => ({ ...one, cashMinor: cash[i]! })) };
}
