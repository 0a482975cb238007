import type { Pool, PoolClient } from 'pg';
import type { Mover } from '../../domain/order-states.ts';
import { isLive } from '../../domain/payment.ts';
import type { Payment, PaymentCheckout } from '../../domain/payment.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { announceFailedPayment } from '../webhooks/announce-payments.ts';
import { payOrders } from './change-order-state.ts';
import { scheduleCall, lockPayments, paymentsOf } from './payments.ts';
import type { PayableOrder, PaymentRow } from './payments.ts';

export interface StartedPayment {
  readonly payment: PaymentRow;
  readonly order: PayableOrder;
  /** This call noted that the provider knows the payment. */
  readonly isNew: boolean;
}

/** The payments that one order may have, failed ones included. */
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

/** @returns null when the order can be paid */
function unpayable({ state, isInTime }: PayableOrder): Refusal | null {
  if (state !== 'reserved') return notPayable(state, `the order is ${state}`);
  return isInTime ? null : notPayable(state, 'the time to pay the order is over');
}

/** Pays an order of total 0. Settlement does that itself, but the previous release did not. */
async function payNothing(client: PoolClient, { id, cell }: PayableOrder): Promise<Refusal> {
  await payOrders(client, cell, [id], NOTHING_TO_PAY);
  return notPayable('paid', 'the order is paid');
}

/**
 * Returns the order's payment that is under way, or else a new one, `creating`: the caller must
 * tell the provider about it. Two calls at once get the same payment.
 * @param provider the provider of a new payment
 * @param returnUrl where its shopper goes after paying; null: the provider decides
 */
export function beginPayment(
  pool: Pool,
  id: string,
  provider: string,
  returnUrl: string | null = null,
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
      return notPayable(order.state, `the order has had all its ${PAYMENTS_MAX} payments`);
    }
    const number = (payments.at(-1)?.number ?? 0) + 1;
    const checkout = returnUrl === null ? null : JSON.stringify({ returnUrl });
    const { totalMinor, currency } = order;
    await run(client, insert, [id, number, provider, totalMinor, currency, checkout]);
    return { order, payment: (await paymentsOf(client, id)).at(-1)!, isNew: false };
  });
}

/**
 * Notes that the provider knows a payment. If its order has ended meanwhile, the payment is given
 * up.
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

/** Notes that the provider refused to make a payment. The next try makes a new one. */
export function recordNeverMade(
  pool: Pool,
  { id, order }: Pick<Payment, 'id' | 'order'>,
): Promise<void> {
  return transaction(pool, async (client) => {
    await lockPayments(client, order);
    const failed = await run(client, neverMade, [id]);
    if (failed > 0) await announceFailedPayment(client, id, 'refused');
  });
}

/**
 * Lists payments that the provider may know although nobody noted it: they were begun over a minute
 * ago, and their orders have ended. Their shoppers may never come back. Oldest first.
 */
export const lostPayments = (
  on: Queryable,
  provider: string,
  paymentsMax: number,
): Promise<PaymentRow[]> => rows(on, lost, [provider, paymentsMax]);
