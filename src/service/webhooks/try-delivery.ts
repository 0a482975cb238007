import type { Pool } from 'pg';
import { deliveryName, eventText } from '../../domain/webhook.ts';
import {
  findDueDelivery,
  giveUpDelivery,
  markDelivered,
  markDeliveryFailed,
} from '../../ledger/webhooks/deliveries.ts';
import { postWebhook } from '../../outgoing/post-webhook.ts';
import type { Time } from '../../platform/time.ts';

/** How deliveries are tried. */
export interface DeliveryTerms {
  /** The pauses between tries. When the try after the last pause fails, the delivery is dead. */
  readonly retryAfterMs: readonly number[];
  /** The longest time of a try. */
  readonly timeoutMs: number;
  /** A job that has not ended after this time is lost, and another job is made. */
  readonly lostAfterMs: number;
  /** When an endpoint has this many deliveries waiting to be tried again, it gets few new ones. */
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

export interface TryDeliveryDeps {
  readonly pool: Pool;
  readonly allowPrivate: boolean;
  readonly time: Pick<Time, 'now' | 'deadline'>;
  readonly terms: DeliveryTerms;
  /** Ends tries that are under way. They do not count as tries. */
  readonly signal: AbortSignal;
}

/** `over`: the delivery had ended before; `retryInMs`: it failed, and is tried again then. */
export type Delivered = 'done' | 'dead' | 'over' | { readonly retryInMs: number };

/**
 * Tries one delivery. The ledger has its message and counts its tries, so two tries at once, or a
 * try after a crash, at worst deliver the message twice.
 * @throws when Postgres does not answer, or `signal` ended the try
 */
export async function tryDelivery(
  { pool, allowPrivate, time, terms, signal }: TryDeliveryDeps,
  delivery: number,
): Promise<Delivered> {
  const due = await findDueDelivery(pool, delivery);
  if (!due) return 'over';
  if (!due.isWanted) {
    await giveUpDelivery(pool, delivery, 'the endpoint is disabled');
    return 'dead';
  }
  const { id, createdAtMs, url, secrets } = due;
  const body = eventText(id, createdAtMs, due.body);
  const message = { url, id: deliveryName(id), body, secrets };
  const { timeoutMs, retryAfterMs, lostAfterMs } = terms;
  const posted = await postWebhook(message, { allowPrivate, time, timeoutMs, signal });
  if (posted.kind === 'taken') {
    await markDelivered(pool, delivery);
    return 'done';
  }
  const retryInMs = retryAfterMs[due.tries] ?? 0;
  const state = await markDeliveryFailed(pool, delivery, posted.error, {
    triesMax: retryAfterMs.length + 1,
    lostAfterMs: retryInMs + lostAfterMs,
  });
  if (state === null) return 'over';
  return state === 'dead' ? 'dead' : { retryInMs };
}
