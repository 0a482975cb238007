import type { PoolClient } from 'pg';
import { query, run } from '../../platform/query.ts';

/**
 * Why a payment failed. `declined`: the provider says so · `refused`: the provider would not make
 * it · `not_captured`: the provider would not capture the money.
 */
export type PaymentFailure = 'declined' | 'refused' | 'not_captured';

/**
 * Why a refund was given up. `refused`: the provider would not make it · `away`: it was never
 * reached · `failed`: it made the refund, which failed later.
 */
export type RefundFailure = 'refused' | 'away' | 'failed';

const announcePayment = query('webhooks/events/announce-payment');
const announceRefund = query('webhooks/events/announce-refund');

/** Writes the deliveries that tell of a failed payment, in the transaction that learns of it. */
export async function announceFailedPayment(
  client: PoolClient,
  payment: string,
  reason: PaymentFailure,
): Promise<void> {
  await run(client, announcePayment, [payment, reason]);
}

/**
 * Writes the deliveries that tell of a refund that was given up, in the transaction that gives it
 * up. A call that is no refund, or that is tried again, is passed over.
 */
export async function announceFailedRefund(
  client: PoolClient,
  call: number,
  reason: RefundFailure,
): Promise<void> {
  await run(client, announceRefund, [call, reason]);
}
