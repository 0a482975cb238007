import type { PoolClient } from 'pg';
import type { ProviderEvent } from '../../domain/payment.ts';
import { query, rows } from '../../platform/query.ts';

/** A refund that failed, as its event says. */
export interface FailedRefund {
  readonly provider: string;
  /** Ours: the number of the event that says so. */
  readonly event: number;
  readonly payment: string;
  readonly refund: NonNullable<ProviderEvent['refund']>;
  /** The event was kept before, and is taken once more. */
  readonly isRetry: boolean;
}

/** `known`: an event said so before, or the refund was made again. */
export type FailedOutcome =
  | { readonly outcome: 'known'; readonly reason: null }
  | { readonly outcome: 'refused'; readonly reason: string };

const failRefund = query<{ id: number }>('orders/provider-calls/fail-refund');
const isDead = query<{ found: number }>('orders/provider-calls/is-refund-dead');
const saidOfRefund = query<{ found: number }>('orders/payment-events/find-earlier-failure');

const KNOWN: FailedOutcome = { outcome: 'known', reason: null };

/**
 * A refund failed after it had been answered: its call is dead again, for an operator to look at,
 * under the lock of its order. Several events say so of one refund: the first counts, for by the
 * next the call may have been made again.
 */
export async function takeFailedRefund(
  client: PoolClient,
  { provider, event, payment, refund, isRetry }: FailedRefund,
): Promise<FailedOutcome> {
  const { ref, key } = refund;
  if (key === null) {
    return { outcome: 'refused', reason: `refund ${ref} failed, and is none of our calls` };
  }
  const reason = `refund ${ref} failed`;
  if (isRetry) {
    const dead = await rows(client, isDead, [payment, key]);
    return dead.length > 0 ? { outcome: 'refused', reason } : KNOWN;
  }
  if ((await rows(client, saidOfRefund, [provider, ref, event])).length > 0) return KNOWN;
  const [call] = await rows(client, failRefund, [payment, key, reason]);
  const of = call ? `call-${call.id}` : 'none of our calls';
  return { outcome: 'refused', reason: `${reason}, and is ${of}` };
}
