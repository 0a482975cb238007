import type { Pool, PoolClient } from 'pg';
import type { CellId, OrderId, SaleId } from '../domain/ids.ts';
import type { OrderState } from '../domain/order.ts';
import { isLive } from '../domain/payment.ts';
import type { Payment, PaymentCheckout, ProviderCallKind, RefundCause } from '../domain/payment.ts';
import { NOT_FOUND } from '../domain/refusal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows, run } from '../platform/query.ts';

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

export interface StartedPayment {
  readonly payment: PaymentRow;
  readonly order: PayableOrder;
  /** The provider knows of it since this call. */
  readonly isNew: boolean;
}

const lockOrder = query<OrderRow>('payments/lock-order');
const ofOrder = query<PaymentRow>('payments/of-order');
const insert = query('payments/insert');
const open = query('payments/open');
const voidOpen = query('payments/void-open');
const insertCall = query('provider-calls/insert');
const insertRefund = query('provider-calls/insert-refund');

/** @returns null when there is no such order */
export async function lockPayments(client: PoolClient, id: string): Promise<OrderPayments | null> {
  const [row] = await rows(client, lockOrder, [id]);
  if (!row) return null;
  const { sale, cell, ...order } = row;
  const payments = await rows(client, ofOrder, [id]);
  return { order: { ...order, cell: { sale, cell } }, payments };
}

/** Asks the provider something about the whole of a payment, soon and once. */
export async function callDue(
  client: PoolClient,
  payment: string,
  kind: ProviderCallKind,
  cause: RefundCause | null = null,
): Promise<void> {
  await run(client, insertCall, [payment, kind, cause]);
}

/** Null: it can be paid. */
function unpayable({ state, isInTime }: PayableOrder): Refusal | null {
  if (state !== 'reserved') return { code: 'not_payable', state, detail: `the order is ${state}` };
  const detail = 'the time to pay the order is over';
  return isInTime ? null : { code: 'not_payable', state, detail };
}

/**
 * The payment of an order that is under way, or else a new one, `creating`: the provider has still
 * to be told. Two at once are given the same.
 * @param provider whom a new one is told to
 */
export function beginPayment(
  pool: Pool,
  id: string,
  provider: string,
): Promise<StartedPayment | Refusal> {
  return transaction(pool, async (client) => {
    const before = await lockPayments(client, id);
    if (!before) return NOT_FOUND;
    const { order, payments } = before;
    const no = unpayable(order);
    if (no) return no;
    const live = payments.find(isLive);
    if (live) return { order, payment: live, isNew: false };
    const number = (payments.at(-1)?.number ?? 0) + 1;
    await run(client, insert, [id, number, provider, order.totalMinor, order.currency]);
    const after = await rows(client, ofOrder, [id]);
    return { order, payment: after.at(-1)!, isNew: false };
  });
}

/**
 * Notes that the provider knows a payment. If its order ended meanwhile, it is given up.
 * @returns the payment as it is now
 */
export function recordOpened(
  pool: Pool,
  { id, order }: Pick<Payment, 'id' | 'order'>,
  { ref, checkout }: { readonly ref: string; readonly checkout: PaymentCheckout },
): Promise<StartedPayment | Refusal> {
  return transaction(pool, async (client) => {
    const before = await lockPayments(client, order);
    if (!before) return NOT_FOUND;
    const opened = await run(client, open, [id, ref, JSON.stringify(checkout)]);
    const isOver = before.order.state !== 'reserved';
    if (isOver && opened > 0) await callDue(client, id, 'void');
    if (isOver) return unpayable(before.order)!;
    const payments = await rows(client, ofOrder, [order]);
    const payment = payments.find((one) => one.id === id)!;
    return { order: before.order, payment, isNew: opened > 0 };
  });
}

/**
 * Gives up what may still be paid of orders that ended, in the transaction that ended them. One
 * that the provider is just being told of is given up when that is recorded.
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
export async function refundDue(
  client: PoolClient,
  refund: { readonly order: string; readonly refundId: string; readonly amountMinor: number },
): Promise<void> {
  const { order, refundId, amountMinor } = refund;
  if (amountMinor === 0) return;
  const due = await run(client, insertRefund, [order, refundId, amountMinor]);
  if (due === 0) throw new Error(`no payment paid the order ${order}`);
}
