import type { OrderState } from '../../domain/order.ts';
import type { PaymentState } from '../../domain/payment.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** An order for an operator: whose it is and where it stands; times in ms since 1970. */
export interface OrderFacts {
  readonly id: string;
  readonly shopper: string;
  readonly state: OrderState;
  readonly totalMinor: number;
  /** Cash that went back, or is on its way. */
  readonly refundedMinor: number;
  readonly placedAtMs: number;
  readonly expiresAtMs: number;
}

/** A row of an order's history. */
export interface PastMove {
  readonly id: string;
  readonly from: OrderState;
  readonly to: OrderState;
  readonly who: string;
  readonly why: string;
  readonly atMs: number;
}

/** A try to pay an order, as an operator looks at it. */
export interface PastPayment {
  readonly id: string;
  readonly provider: string;
  /** The provider's own id; null while it has none. */
  readonly ref: string | null;
  readonly state: PaymentState;
  readonly amountMinor: number;
  /** This one made the order paid. */
  readonly pays: boolean;
}

/** A refund, as an operator looks at it. */
export interface PastRefund {
  readonly id: string;
  readonly who: string;
  readonly cashMinor: number;
  readonly packetMinor: number;
  readonly points: number;
  readonly restock: boolean;
  readonly atMs: number;
}

const order = query<OrderFacts>('orders/history/order');
const moves = query<PastMove>('orders/history/moves');
const payments = query<PastPayment>('orders/history/payments');
const refunds = query<PastRefund>('orders/history/refunds');

/** @returns null when the ledger has no such order */
export async function readOrderFacts(on: Queryable, id: string): Promise<OrderFacts | null> {
  return (await rows(on, order, [id]))[0] ?? null;
}

/** Oldest first, at most 1000. */
export const movesOfOrder = (on: Queryable, id: string): Promise<PastMove[]> =>
  rows(on, moves, [id]);

/** Oldest first. */
export const paymentsOfOrder = (on: Queryable, id: string): Promise<PastPayment[]> =>
  rows(on, payments, [id]);

/** Oldest first, at most 1000. */
export const refundsOfOrder = (on: Queryable, id: string): Promise<PastRefund[]> =>
  rows(on, refunds, [id]);
