import type { Pool, PoolClient } from 'pg';
import type { Mover } from '../../domain/order-states.ts';
import { isLive } from '../../domain/payment.ts';
import type { Payment, PaymentCheckout } from '../../domain/payment.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { payOrders } from './move-orders.ts';
import { scheduleCall, lockPayments, paymentsOf } from './payments.ts';
import type { PayableOrder, PaymentRow } from './payments.ts';

export interface StartedPayment {
  readonly payment: PaymentRow;
  readonly order: PayableOrder;
  /** The provider knows of it since this call. */
  readonly isNew: boolean;
}

/** Of one order, whatever became of them. */
const PAYMENTS_MAX = 20;
const NOTHING_TO_PAY: Mover = { who: 'settlement', why: 'nothing to pay' };

const insert = query('orders/payments/insert');
const open = query('orders/payments/mark-open');
const neverMade = query('orders/payments/mark-never-made');
const lost = query<PaymentRow>('orders/payments/list-lost');

const notPayable = (state: string, detail: string): Refusal => ({
  code: 'not_payable',
  state,
  detail,
});

/** Null: it can be paid. */
function unpayable({ state, isInTime }: PayableOrder): Refusal | null {
  if (state !== 'reserved') return notPayable(state, `the order is ${state}`);
  return isInTime ? null : notPayable(state, 'the time to pay the order is over');
}

/** Settlement pays such an order itself; the release before left it reserved. */
async function payNothing(client: PoolClient, { id, cell }: PayableOrder): Promise<Refusal> {
  await payOrders(client, cell, [id], NOTHING_TO_PAY);
  return notPayable('paid', 'the order is paid');
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
    if (order.totalMinor === 0) return payNothing(client, order);
    const live = payments.find(isLive);
    if (live) return { order, payment: live, isNew: false };
    if (payments.length >= PAYMENTS_MAX) {
      return notPayable(order.state, `${PAYMENTS_MAX} payments were tried: there are no more`);
    }
    const number = (payments.at(-1)?.number ?? 0) + 1;
    await run(client, insert, [id, number, provider, order.totalMinor, order.currency]);
    return { order, payment: (await paymentsOf(client, id)).at(-1)!, isNew: false };
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
    if (isOver && opened > 0) await scheduleCall(client, id, 'void');
    if (isOver) return unpayable(before.order)!;
    const payments = await paymentsOf(client, order);
    const payment = payments.find((one) => one.id === id)!;
    return { order: before.order, payment, isNew: opened > 0 };
  });
}

/** Notes that the provider would not make a payment: the next try is another one. */
export function recordNeverMade(
  pool: Pool,
  { id, order }: Pick<Payment, 'id' | 'order'>,
): Promise<void> {
  return transaction(pool, async (client) => {
    await lockPayments(client, order);
    await run(client, neverMade, [id]);
  });
}

/**
 * Payments begun over a minute ago, of orders that are not reserved any more, of which the provider
 * may know though nobody noted it: its shopper may never come back to ask. Oldest first.
 */
export const lostPayments = (
  on: Queryable,
  provider: string,
  paymentsMax: number,
): Promise<PaymentRow[]> => rows(on, lost, [provider, paymentsMax]);
