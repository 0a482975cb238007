import type { OrderState } from '../../domain/order.ts';
import type { PaymentState } from '../../domain/payment.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** An order, as an operator sees it; times in ms since 1970. */
export interface OrderFacts {
  readonly id: string;
  readonly shopper: string;
  readonly state: OrderState;
  readonly totalMinor: number;
  /** Cash that went back or is on its way back. */
  readonly refundedMinor: number;
  readonly placedAtMs: number;
  readonly expiresAtMs: number;
}

/** One move in an order's history. */
export interface PastMove {
  readonly id: string;
  readonly from: OrderState;
  readonly to: OrderState;
  readonly who: string;
  readonly why: string;
  readonly atMs: number;
}

/** A payment, as an operator sees it. */
export interface PastPayment {
  readonly id: string;
  readonly provider: string;
  /** The provider's id of it; null: the provider does not know it. */
  readonly ref: string | null;
  readonly state: PaymentState;
  readonly amountMinor: number;
  /** This payment made the order paid. */
  readonly pays: boolean;
}

/** A refund, as an operator sees it. */
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

/** Lists an order's moves, oldest first, at most 1000. */
export const movesOfOrder = (on: Queryable, id: string): Promise<PastMove[]> =>
  rows(on, moves, [id]);

/** Lists an order's payments, oldest first. */
export const paymentsOfOrder = (on: Queryable, id: string): Promise<PastPayment[]> =>
  rows(on, payments, [id]);

/** Lists an order's refunds, oldest first, at most 1000. */
export const refundsOfOrder = (on: Queryable, id: string): Promise<PastRefund[]> =>
  rows(on, refunds, [id]);
