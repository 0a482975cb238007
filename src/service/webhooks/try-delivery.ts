import type { Pool } from 'pg';
import { deliveryName } from '../../domain/webhook.ts';
import { findDueDelivery, markDone, markFailed } from '../../ledger/webhooks/deliveries.ts';
import { postWebhook } from '../../outgoing/post-webhook.ts';
import type { Time } from '../../platform/time.ts';

/** How deliveries are tried; the one place to change it. */
export interface DeliveryTerms {
  /** Pauses between tries: one try more than there are pauses, then it is dead. */
  readonly retryAfterMs: readonly number[];
  /** Longest a try may take. */
  readonly timeoutMs: number;
  /** A job not heard of for so long after it was due is lost, and made again. */
  readonly lostAfterMs: number;
  /** With so many of an endpoint waiting to be tried again, it is sent little that is new. */
  readonly waitingMost: number;
}

const MINUTE_MS = 60_000;

/** Eight tries in less than four hours. */
export const DELIVERY_TERMS: DeliveryTerms = {
  retryAfterMs: [5_000, 30_000, ...[2, 10, 30, 60, 120].map((minutes) => minutes * MINUTE_MS)],
  timeoutMs: 10_000,
  lostAfterMs: MINUTE_MS,
  waitingMost: 5_000,
};

export interface DeliverWebhookDeps {
  readonly pool: Pool;
  readonly allowPrivate: boolean;
  readonly time: Pick<Time, 'now'>;
  readonly terms: DeliveryTerms;
  /** Ends tries that are under way; they count for nothing. */
  readonly signal: AbortSignal;
}

/** `over`: there was nothing to send any more; `retryInMs`: it failed and is tried again then. */
export type Delivered = 'done' | 'dead' | 'over' | { readonly retryInMs: number };

/**
 * Tries one delivery. What is to be sent and how often it was tried stands in the ledger, so two
 * tries at once, or one after a crash, do no more harm than a delivery that comes twice.
 * @throws when the ledger is away, or `signal` ended the try
 */
export async function deliverWebhook(
  { pool, allowPrivate, time, terms, signal }: DeliverWebhookDeps,
  delivery: number,
): Promise<Delivered> {
  const due = await findDueDelivery(pool, delivery);
  if (!due) return 'over';
  const message = { url: due.url, id: deliveryName(due.id), body: due.body, secrets: due.secrets };
  const { timeoutMs, retryAfterMs, lostAfterMs } = terms;
  const posted = await postWebhook(message, { allowPrivate, time, timeoutMs, signal });
  if (posted.kind === 'taken') {
    await markDone(pool, delivery);
    return 'done';
  }
  const retryInMs = retryAfterMs[due.tries] ?? 0;
  const state = await markFailed(pool, delivery, posted.error, {
    triesMax: retryAfterMs.length + 1,
    lostAfterMs: retryInMs + lostAfterMs,
  });
  if (state === null) return 'over';
  return state === 'dead' ? 'dead' : { retryInMs };
}
