import type { PoolClient } from 'pg';
import type { CellId, OrderId, SaleId } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/order.ts';
import type { Payment, ProviderCallKind, RefundCause } from '../../domain/payment.ts';
import { query, rows, run } from '../../platform/query.ts';

export interface PaymentRow extends Payment {
  /** From 1, within its order. */
  readonly number: number;
  /** This one made its order paid. */
  readonly pays: boolean;
}

/** An order as paying it sees it. */
export interface PayableOrder {
  readonly id: OrderId;
  readonly cell: CellId;
  readonly state: OrderState;
  readonly totalMinor: number;
  readonly currency: string;
  /** Its hold has not ended, by Postgres' clock. */
  readonly isInTime: boolean;
  readonly expiresAtMs: number;
}

/** An order and its payments under the order's lock: a payment is touched in no other way. */
export interface OrderPayments {
  readonly order: PayableOrder;
  /** Oldest first. */
  readonly payments: readonly PaymentRow[];
}

interface OrderRow extends Omit<PayableOrder, 'cell'> {
  readonly sale: SaleId;
  readonly cell: number;
}

const lockOrder = query<OrderRow>('orders/payments/lock-order');
const ofOrder = query<PaymentRow>('orders/payments/of-order');
const voidOpen = query('orders/payments/void-open');
const insertCall = query('orders/provider-calls/schedule');
const insertRefund = query('orders/provider-calls/schedule-refund');

/** Of an order that the caller has locked, the oldest first. */
export const paymentsOf = (client: PoolClient, order: string): Promise<PaymentRow[]> =>
  rows(client, ofOrder, [order]);

/** @returns null when there is no such order */
export async function lockPayments(client: PoolClient, id: string): Promise<OrderPayments | null> {
  const [row] = await rows(client, lockOrder, [id]);
  if (!row) return null;
  const { sale, cell, ...order } = row;
  const payments = await paymentsOf(client, id);
  return { order: { ...order, cell: { sale, cell } }, payments };
}

/**
 * Asks the provider something about the whole of a payment, soon and once; what was given up is
 * asked again.
 */
export async function scheduleCall(
  client: PoolClient,
  payment: string,
  kind: ProviderCallKind,
  cause: RefundCause | null = null,
): Promise<void> {
  await run(client, insertCall, [payment, kind, cause]);
}

/**
 * Gives up what may still be paid of orders that are not reserved any more, in the transaction that
 * moved them. One that the provider is just being told of is given up when that is recorded.
 */
export async function voidOpenPayments(
  client: PoolClient,
  orders: readonly string[],
): Promise<void> {
  await run(client, voidOpen, [orders]);
}

/**
 * A merchant's refund becomes due at the provider, in the refund's own transaction, under the
 * order's lock.
 * @param amountMinor 0: nothing is due
 * @throws Error when no payment paid the order
 */
export async function scheduleRefund(
  client: PoolClient,
  refund: { readonly order: string; readonly refundId: string; readonly amountMinor: number },
): Promise<void> {
  const { order, refundId, amountMinor } = refund;
  if (amountMinor === 0) return;
  const scheduled = await run(client, insertRefund, [order, refundId, amountMinor]);
  if (scheduled === 0) throw new Error(`no payment paid the order ${order}`);
}
