import { clawBack } from '../../domain/refunds/clawback.ts';
import type { OrderId, ShopperId, StoreId } from '../../domain/ids.ts';
import { refundConflict, refundFaults } from '../../domain/refunds/refund-check.ts';
import type { RefundLine, RefundPreview, RefundView } from '../../domain/refunds/refund.ts';
import { cashOf, redPacketOf, refundShares } from '../../domain/refunds/refund-shares.ts';
import type { RefundShares, RefundableOrder } from '../../domain/refunds/refund-shares.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { termsAt } from '../terms/terms-history.ts';
import type { SettledOrder } from './read-orders.ts';

/** A settled order with everything that its refund needs. */
export interface OrderToRefund extends RefundableOrder, Omit<SettledOrder, keyof RefundableOrder> {
  readonly shopper: ShopperId;
  /** A refund prices the units that the shopper keeps again. */
  readonly hasClawback: boolean;
  /** The number of refunds made before. */
  readonly refunds: number;
}

/** Units that a merchant or an operator may want to refund. */
export interface PossibleRefund {
  readonly order: OrderId;
  readonly lines: readonly RefundLine[];
  /** The store of the merchant who asks; null: an operator asks. */
  readonly store: StoreId | null;
}

const find = query<OrderToRefund>('orders/refunds/refundable-order');

/** Reads an order as it is. The caller of a refund has locked it. */
export const orderToRefund = async (on: Queryable, order: OrderId): Promise<OrderToRefund | null> =>
  (await rows(on, find, [order]))[0] ?? null;

/** What a refund of some units gives back. The request fits the order. */
export async function sharesOf(
  on: Queryable,
  order: OrderToRefund,
  lines: readonly RefundLine[],
): Promise<RefundShares> {
  const shares = refundShares(order, lines);
  if (!order.hasClawback) return shares;
  const offers = order.lines.map(({ offer }) => offer);
  const terms = await termsAt(on, order.sale, order.rulesVersion, offers);
  return clawBack(order, terms, shares, order.refundedMinor);
}

export const stateAfter = ({ isWhole }: RefundShares): RefundView['state'] =>
  isWhole ? 'refunded' : 'partly_refunded';

/**
 * Calculates what a refund would give back at this moment. It locks and writes nothing, so another
 * refund of the order may come in between.
 */
export async function previewRefund(
  on: Queryable,
  { order: id, lines, store }: PossibleRefund,
): Promise<RefundPreview | Refusal> {
  const order = await orderToRefund(on, id);
  if (!order) return NOT_FOUND;
  const refusal = refundFaults(order.lines, { lines, store }) ?? refundConflict(order, lines);
  if (refusal) return refusal;
  const shares = await sharesOf(on, order, lines);
  const { points, coupons, lines: parts } = shares;
  const cash = cashOf(shares);
  return {
    order: id,
    state: stateAfter(shares),
    cash,
    redPacket: redPacketOf(shares),
    points,
    coupons,
    lines: parts
      .toSorted((one, other) => one.line - other.line)
      .map(({ line, quantity, cashMinor, redPacketMinor }) => {
        return { line, quantity, cash: cashMinor, redPacket: redPacketMinor };
      }),
    clawedBack: cashOf(refundShares(order, lines)) - cash,
  };
}
