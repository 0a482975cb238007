import type { OrderState, PlacedOrder } from '../../domain/order.ts';
import type { RefundableLine } from '../../domain/refunds/refund-shares.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** A settled order with its state. */
export interface SettledOrder extends PlacedOrder {
  readonly state: OrderState;
  readonly placedAtMs: number;
  readonly cell: number;
  readonly lines: readonly RefundableLine[];
  /** Cash that went back or is on its way back. */
  readonly refundedMinor: number;
}

const find = query<SettledOrder>('orders/rows/find-own');
const findState = query<Pick<SettledOrder, 'state'>>('orders/rows/state');
const ofShopper = query<SettledOrder>('orders/rows/of-shopper');

/**
 * @param shopper its owner; null: an operator asks
 * @returns null when there is no such order, or it belongs to another shopper
 */
export async function findSettledOrder(
  on: Queryable,
  order: string,
  shopper: string | null,
): Promise<SettledOrder | null> {
  return (await rows(on, find, [order, shopper]))[0] ?? null;
}

/** @returns null when there is no such order, or it belongs to another shopper */
export async function stateOfOrder(
  on: Queryable,
  order: string,
  shopper: string,
): Promise<OrderState | null> {
  return (await rows(on, findState, [order, shopper]))[0]?.state ?? null;
}

/** Lists a shopper's orders in a sale, oldest first; at most 64. */
export const ordersOfShopper = (
  on: Queryable,
  sale: string,
  shopper: string,
): Promise<SettledOrder[]> => rows(on, ofShopper, [sale, shopper]);
