import type { PoolClient } from 'pg';
import type { ProviderEvent } from '../../domain/payment.ts';
import { query, rows } from '../../platform/query.ts';
import { announceFailedRefund } from '../webhooks/announce-payments.ts';

/** A refund that failed, as a provider's event says. */
export interface FailedRefund {
  readonly provider: string;
  /** The number that we gave the event. */
  readonly event: number;
  readonly payment: string;
  readonly refund: NonNullable<ProviderEvent['refund']>;
  /** The event was kept for an operator, who has it taken again. */
  readonly isRetry: boolean;
}

/** `known`: an earlier event said so, or the refund has been made again. */
export type FailedOutcome =
  | { readonly outcome: 'known'; readonly reason: null }
  | { readonly outcome: 'refused'; readonly reason: string };

const failRefund = query<{ id: number }>('orders/provider-calls/fail-refund');
const isDead = query<{ found: number }>('orders/provider-calls/is-refund-dead');
const saidOfRefund = query<{ found: number }>('orders/payment-events/find-earlier-failure');

const KNOWN: FailedOutcome = { outcome: 'known', reason: null };

/**
 * Makes the call of a failed refund dead, for an operator, although the provider had answered it.
 * The caller has locked the order. A provider sends several events about one failed refund. Only
 * the first counts: when the next one comes, the call may have been made again.
 */
export async function takeFailedRefund(
  client: PoolClient,
  { provider, event, payment, refund, isRetry }: FailedRefund,
): Promise<FailedOutcome> {
  const { ref, key } = refund;
  if (key === null) {
    return { outcome: 'refused', reason: `refund ${ref} failed, and none of our calls made it` };
  }
  const reason = `refund ${ref} failed`;
  if (isRetry) {
    const dead = await rows(client, isDead, [payment, key]);
    return dead.length > 0 ? { outcome: 'refused', reason } : KNOWN;
  }
  if ((await rows(client, saidOfRefund, [provider, ref, event])).length > 0) return KNOWN;
  const [call] = await rows(client, failRefund, [payment, key, reason]);
  if (call) await announceFailedRefund(client, call.id, 'failed');
  const who = call ? `call-${call.id}` : 'none of our calls';
  return { outcome: 'refused', reason: `${reason}, and ${who} made it` };
}
