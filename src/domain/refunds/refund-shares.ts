import type { Applied, OrderLine } from '../order.ts';
import { POINTS, RED_PACKET, isTender } from '../promotion.ts';
import type { RefundLine } from './refund.ts';
import { couponsUsed } from '../pricing/order-spending.ts';

/** A line of an order, with the number of its units that were refunded before. */
export interface RefundableLine extends OrderLine {
  readonly refunded: number;
}

/** An order with its frozen shares, from which a refund is calculated. */
export interface RefundableOrder {
  /** Gifts come last. */
  readonly lines: readonly RefundableLine[];
  /** Each has one share for every line that is not a gift. */
  readonly applied: readonly Applied[];
  readonly pointsUsed: number;
  /** The worth of a point in minor units, for an order that used no points. */
  readonly pointsRate: number;
}

/** What goes back for one line. Money in minor units. */
export interface RefundPart extends RefundLine {
  readonly cashMinor: number;
  readonly redPacketMinor: number;
}

/** What one refund gives back. */
export interface RefundShares {
  /** The lines asked for. A refund that takes the rest of an order also takes its gifts. */
  readonly lines: readonly RefundPart[];
  readonly points: number;
  /** The promotions of the coupons that come back. */
  readonly coupons: readonly string[];
  /** The shopper keeps nothing that was paid for. */
  readonly isWhole: boolean;
}

/**
 * The part of an amount that belongs to some units of a line. Parts of a line that are taken one
 * after another sum to the amount.
 * @param amountMinor ≥ 0, at most 90,000,000; times 999 units it stays below 2^53
 * @param before units taken before
 * @param units 0 to quantity − before
 */
export function partOf(
  amountMinor: number,
  quantity: number,
  before: number,
  units: number,
): number {
  const upTo = (count: number) => Math.floor((amountMinor * count) / quantity);
  return upTo(before + units) - upTo(before);
}

/** What the promotions of a layer took from a line. */
function shareOf({ applied }: Pick<RefundableOrder, 'applied'>, layer: string, line: number) {
  let shareMinor = 0;
  for (const one of applied) if (one.layer === layer) shareMinor += one.shares[line] ?? 0;
  return shareMinor;
}

function refundPart(order: RefundableOrder, { line, quantity }: RefundLine): RefundPart {
  const of = order.lines[line]!;
  const part = (amountMinor: number) => partOf(amountMinor, of.quantity, of.refunded, quantity);
  return {
    line,
    quantity,
    cashMinor: part(of.netMinor),
    redPacketMinor: part(shareOf(order, RED_PACKET, line)),
  };
}

/** The refunded units of each line, after the refund. */
function refundedAfter({ lines }: RefundableOrder, asked: readonly RefundLine[]): number[] {
  const after = lines.map(({ refunded }) => refunded);
  for (const { line, quantity } of asked) after[line]! += quantity;
  return after;
}

/** The worth of a point of the order, in minor units. */
export function rateOf({ applied, pointsUsed, pointsRate }: RefundableOrder): number {
  const tender = applied.find(({ promotion }) => promotion === POINTS);
  return tender && pointsUsed > 0 ? tender.discountMinor / pointsUsed : pointsRate;
}

/** The whole points that belong to some units of each line; all points belong to all units. */
function pointsOf(order: RefundableOrder, refunded: readonly number[]): number {
  let shareMinor = 0;
  order.lines.forEach(({ quantity }, i) => {
    shareMinor += partOf(shareOf(order, POINTS, i), quantity, 0, refunded[i]!);
  });
  return Math.floor(shareMinor / rateOf(order));
}

/** The coupons that go back with the whole order: those of promotions that are not tenders. */
const returnable = ({ applied }: RefundableOrder): string[] =>
  couponsUsed({ applied: applied.filter(({ layer }) => !isTender(layer)) });

/**
 * Calculates what a refund of some units gives back, by the order's frozen shares
 * (docs/pricing.md). Kept lines do not change. All refunds of an order together give back what was
 * paid, in cash, red packet and points.
 * @param asked no line twice, no gift, of each line at most what is left
 */
export function refundShares(order: RefundableOrder, asked: readonly RefundLine[]): RefundShares {
  const before = order.lines.map(({ refunded }) => refunded);
  const after = refundedAfter(order, asked);
  const isWhole = order.lines.every(({ isGift, quantity }, i) => isGift || after[i] === quantity);
  const gifts = order.lines.flatMap(({ isGift, quantity }, line) => {
    return isWhole && isGift ? [{ line, quantity }] : [];
  });
  return {
    lines: [...asked, ...gifts].map((one) => refundPart(order, one)),
    points: pointsOf(order, after) - pointsOf(order, before),
    coupons: isWhole ? returnable(order) : [],
    isWhole,
  };
}

export const cashOf = ({ lines }: Pick<RefundShares, 'lines'>): number =>
  lines.reduce((sum, { cashMinor }) => sum + cashMinor, 0);

export const redPacketOf = ({ lines }: Pick<RefundShares, 'lines'>): number =>
  lines.reduce((sum, { redPacketMinor }) => sum + redPacketMinor, 0);
