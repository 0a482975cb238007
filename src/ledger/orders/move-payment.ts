import type { PoolClient } from 'pg';
import type { OrderState } from '../../domain/order.ts';
import { isLive, paymentMoves } from '../../domain/payment.ts';
import type { PaymentMove, RefundCause } from '../../domain/payment.ts';
import { query, run } from '../../platform/query.ts';
import { payOrders } from './move-orders.ts';
import { scheduleCall, voidOpenPayments } from './payments.ts';
import type { OrderPayments, PaymentRow } from './payments.ts';

/** What was learned of a payment. */
export interface Learned {
  readonly to: PaymentMove;
  /** The provider's id of the payment. */
  readonly ref: string;
}

const move = query('orders/payments/change-state');

const cameTo: Partial<Record<OrderState, RefundCause>> = { expired: 'late', cancelled: 'cancel' };

/**
 * The money is there: it pays the order if that is still reserved, else all of it goes back. Either
 * way no other payment of the order is wanted any more.
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

/** The money is set aside: it is captured while the order waits for it, else given up. */
async function authorize(
  client: PoolClient,
  { order, payments }: OrderPayments,
  { id }: PaymentRow,
  ref: string,
): Promise<void> {
  const hasOther = payments.some((other) => other.id !== id && isLive(other));
  // Another may be paid already: of two under way none would be the one to return.
  if (!hasOther) await run(client, move, [id, 'authorized', ref, false]);
  const isWanted = !hasOther && order.state === 'reserved' && order.isInTime;
  await scheduleCall(client, id, isWanted ? 'capture' : 'void');
}

/**
 * Moves a payment to where the provider says it is, with all that follows: its order is paid, the
 * payment is captured, given up or refunded. What is no news, or came too late, changes nothing.
 * @param locked the payment's order
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
  return 'moved';
}
