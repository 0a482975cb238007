import type { PoolClient } from 'pg';
import type { CellId, OrderId, SaleId } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/order.ts';
import type { Payment, ProviderCallKind, RefundCause } from '../../domain/payment.ts';
import { query, rows, run } from '../../platform/query.ts';

export interface PaymentRow extends Payment {
  /** From 1, in its order. */
  readonly number: number;
  /** This payment made its order paid. */
  readonly pays: boolean;
}

/** An order, with what a payment must know about it. */
export interface PayableOrder {
  readonly id: OrderId;
  readonly cell: CellId;
  readonly state: OrderState;
  readonly totalMinor: number;
  readonly currency: string;
  /** Its hold has not ended, by the clock of Postgres. */
  readonly isInTime: boolean;
  readonly expiresAtMs: number;
}

/** An order and its payments, under the order's lock. Payments change under that lock only. */
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

/** Lists the payments of an order, oldest first. The caller has locked the order. */
export const paymentsOf = (client: PoolClient, order: string): Promise<PaymentRow[]> =>
  rows(client, ofOrder, [order]);

/** Locks an order and reads its payments. @returns null when there is no such order */
export async function lockPayments(client: PoolClient, id: string): Promise<OrderPayments | null> {
  const [row] = await rows(client, lockOrder, [id]);
  if (!row) return null;
  const { sale, cell, ...order } = row;
  const payments = await paymentsOf(client, id);
  return { order: { ...order, cell: { sale, cell } }, payments };
}

/**
 * Schedules a call to the provider about a whole payment. A payment gets one call of a kind. If
 * that call is dead, it becomes due again.
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
 * Gives up the open payments of orders that are no longer reserved, in the transaction that moved
 * the orders. A payment that the provider is just being told about is given up by `recordOpened`.
 */
export async function voidOpenPayments(
  client: PoolClient,
  orders: readonly string[],
): Promise<void> {
  await run(client, voidOpen, [orders]);
}

/**
 * Schedules the call that makes a merchant's refund, in the refund's own transaction, under the
 * order's lock.
 * @param refund `amountMinor` 0: no call is needed
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
