import type { Applied, OrderLine } from '../order.ts';
import { POINTS, RED_PACKET, TENDERS } from '../promotion.ts';
import type { RefundLine } from './refund.ts';
import { couponsUsed } from '../pricing/what-orders-spend.ts';

/** A line of an order with the units of it that were refunded before. */
export interface RefundableLine extends OrderLine {
  readonly refunded: number;
}

/** What a refund is reckoned from: an order's frozen shares. */
export interface RefundableOrder {
  /** Gifts come last. */
  readonly lines: readonly RefundableLine[];
  /** One share a line that is no gift. */
  readonly applied: readonly Applied[];
  readonly pointsUsed: number;
  /** Minor units a point is worth, for an order that used none of its own. */
  readonly pointsRate: number;
}

/** What goes back for one line; money in minor units. */
export interface RefundPart extends RefundLine {
  readonly cashMinor: number;
  readonly redPacketMinor: number;
}

/** What one refund gives back. */
export interface RefundShares {
  /** As asked; a refund that takes the rest of an order takes its gifts along. */
  readonly lines: readonly RefundPart[];
  readonly points: number;
  /** Promotions whose coupon comes back. */
  readonly coupons: readonly string[];
  /** Nothing that was paid for is kept. */
  readonly isWhole: boolean;
}

/**
 * The part of an amount that goes with some units of a line, so that parts of one line, taken one
 * after another, sum to the amount.
 * @param amountMinor ≥ 0, at most 90,000,000; times 999 units it stays below 2^53
 * @param before units that went before
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

/** What promotions of a layer, whether by coupon or not, took of a line. */
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

/** Units of each line that are refunded once the refund is made. */
function refundedAfter({ lines }: RefundableOrder, asked: readonly RefundLine[]): number[] {
  const after = lines.map(({ refunded }) => refunded);
  for (const { line, quantity } of asked) after[line]! += quantity;
  return after;
}

/** Minor units that a point of the order is worth. */
export function rateOf({ applied, pointsUsed, pointsRate }: RefundableOrder): number {
  const tender = applied.find(({ promotion }) => promotion === POINTS);
  return tender && pointsUsed > 0 ? tender.discountMinor / pointsUsed : pointsRate;
}

/** Whole points that go with some units of each line; all of them with all units. */
function pointsOf(order: RefundableOrder, refunded: readonly number[]): number {
  let shareMinor = 0;
  order.lines.forEach(({ quantity }, i) => {
    shareMinor += partOf(shareOf(order, POINTS, i), quantity, 0, refunded[i]!);
  });
  return Math.floor(shareMinor / rateOf(order));
}

const isTender = (layer: string): boolean => TENDERS.some((tender) => tender === layer);

/** Coupons that go back with the whole order: those that gave money, not balances. */
const returnable = ({ applied }: RefundableOrder): string[] =>
  couponsUsed({ applied: applied.filter(({ layer }) => !isTender(layer)) });

/**
 * What refunding some units gives back, by the order's frozen shares (docs/pricing.md). Lines that
 * are kept do not change, and any sequence of refunds adds up to what was paid, in cash, red packet
 * and points.
 * @param asked no line twice, no gift, no more than is left of a line
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
