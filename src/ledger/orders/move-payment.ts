import type { PoolClient } from 'pg';
import type { OrderState } from '../../domain/order.ts';
import { isLive, paymentMoves } from '../../domain/payment.ts';
import type { PaymentMove, RefundCause } from '../../domain/payment.ts';
import { query, run } from '../../platform/query.ts';
import { payOrders } from './change-order-state.ts';
import { announceFailedPayment } from '../webhooks/announce-payments.ts';
import { scheduleCall, voidOpenPayments } from './payments.ts';
import type { OrderPayments, PaymentRow } from './payments.ts';

/** News of a payment. */
export interface Learned {
  readonly to: PaymentMove;
  /** The provider's id of the payment. */
  readonly ref: string;
}

const move = query('orders/payments/change-state');

const cameTo: Partial<Record<OrderState, RefundCause>> = { expired: 'late', cancelled: 'cancel' };

/**
 * Notes that the money has come. It pays the order if the order is still reserved; else all of it
 * goes back. Either way, the order's other payments are given up.
 */
async function capture(
  client: PoolClient,
  { order }: OrderPayments,
  { id, provider }: PaymentRow,
  ref: string,
): Promise<void> {
  const by = { who: `provider:${provider}`, why: `captured ${id}` };
  const isOpen = order.state === 'reserved';
  const paid = isOpen ? await payOrders(client, order.cell, [order.id], by) : [];
  await run(client, move, [id, 'captured', ref, paid.length > 0]);
  if (paid.length === 0) await scheduleCall(client, id, 'refund', cameTo[order.state] ?? 'twice');
  await voidOpenPayments(client, [order.id]);
}

/** Notes that the money is set aside. It is captured if the order waits for it, else given up. */
async function authorize(
  client: PoolClient,
  { order, payments }: OrderPayments,
  { id }: PaymentRow,
  ref: string,
): Promise<void> {
  const hasOther = payments.some((other) => other.id !== id && isLive(other));
  // An order has one payment under way, which `beginPayment` returns. This late one is voided.
  if (!hasOther) await run(client, move, [id, 'authorized', ref, false]);
  const isWanted = !hasOther && order.state === 'reserved' && order.isInTime;
  await scheduleCall(client, id, isWanted ? 'capture' : 'void');
}

/**
 * Moves a payment to the state that the provider tells, with everything that follows: the order is
 * paid, or the payment is captured, given up or refunded. Old news changes nothing.
 * @param locked the payment's order and its payments
 * @param id the payment
 * @returns `known` when it was old news
 */
export async function movePayment(
  client: PoolClient,
  locked: OrderPayments,
  id: string,
  { to, ref }: Learned,
): Promise<'moved' | 'known'> {
  const payment = locked.payments.find((one) => one.id === id);
  if (!payment) throw new Error(`the order ${locked.order.id} has no payment ${id}`);
  if (!paymentMoves[to].some((state) => state === payment.state)) return 'known';
  if (to === 'captured') await capture(client, locked, payment, ref);
  else if (to === 'authorized') await authorize(client, locked, payment, ref);
  else await run(client, move, [id, to, ref, false]);
  if (to === 'failed') await announceFailedPayment(client, id, 'declined');
  return 'moved';
}
