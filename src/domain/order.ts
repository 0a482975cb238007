import type { IdempotencyKey, OfferId, OrderId, SaleId, ShopperId, StoreId } from './ids.ts';

export type OrderState =
  'reserved' | 'paid' | 'partly_refunded' | 'refunded' | 'expired' | 'cancelled';

export interface OrderLine {
  readonly offer: OfferId;
  readonly store: StoreId;
  readonly quantity: number;
  readonly priceMinor: number;
}

/** An order as its cell accepted it. */
export interface PlacedOrder {
  readonly id: OrderId;
  readonly sale: SaleId;
  readonly lines: readonly OrderLine[];
  readonly payByMs: number;
  readonly rulesVersion: number;
}

/** An order with the one who owns it and the key it was placed under. */
export interface OwnedOrder extends PlacedOrder {
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
}

/** What HTTP answers for an order; money in minor units, times RFC 3339 UTC. */
export interface OrderView {
  readonly id: string;
  readonly sale: string;
  readonly state: OrderState;
  readonly settled: boolean;
  readonly total: number;
  readonly lines: readonly {
    readonly offer: string;
    readonly store: string;
    readonly quantity: number;
    readonly price: number;
    readonly activity: number;
    readonly net: number;
  }[];
  readonly applied: readonly never[];
  readonly payBy: string;
  readonly rulesVersion: number;
}

export const activityMinor = (line: OrderLine): number => line.priceMinor * line.quantity;

export function totalMinor(order: Pick<PlacedOrder, 'lines'>): number {
  return order.lines.reduce((sum, line) => sum + activityMinor(line), 0);
}

/** The image of an order in a state; at acceptance: `reserved`, not settled. */
export function orderView(order: PlacedOrder, state: OrderState, settled: boolean): OrderView {
  return {
    id: order.id,
    sale: order.sale,
    state,
    settled,
    total: totalMinor(order),
    lines: order.lines.map((line) => ({
      offer: line.offer,
      store: line.store,
      quantity: line.quantity,
      price: line.priceMinor,
      activity: activityMinor(line),
      net: activityMinor(line),
    })),
    applied: [],
    payBy: new Date(order.payByMs).toISOString(),
    rulesVersion: order.rulesVersion,
  };
}
