import type { Pool } from 'pg';
import type { DeliveryState, WebhookKind } from '../../domain/webhook.ts';
import { query, rows, run } from '../../platform/query.ts';

/** What is to be sent to one endpoint, or was. */
export interface DeliveryRow {
  readonly id: number;
  readonly kind: WebhookKind;
  /** JSON text, as it is signed. */
  readonly body: string;
  readonly state: DeliveryState;
  readonly tries: number;
  /** Of the last try; null when it had none. */
  readonly error: string | null;
  readonly createdAt: Date;
}

/** A due delivery with all that sending it takes; the newest secret first. */
export interface DueDelivery {
  readonly id: number;
  readonly body: string;
  readonly tries: number;
  readonly url: string;
  readonly secrets: readonly string[];
}

const withDue = query<{ number: number; isThere: boolean }>(
  'webhooks/deliveries/endpoints-with-due',
);
const claim = query<{ id: number }>('webhooks/deliveries/claim-due');
const find = query<DueDelivery>('webhooks/deliveries/find-due');
const done = query('webhooks/deliveries/mark-done');
const failed = query<{ state: DeliveryState }>('webhooks/deliveries/mark-failed');
const list = query<DeliveryRow>('webhooks/deliveries/list');

/** Endpoints of one look. */
const LOOK_MOST = 1_000;

/**
 * Endpoints that something is due for, by number, at most 1,000.
 * @param after the number where the look before ended; 0: from the first on
 * @returns their numbers, and where the next look begins
 */
export async function webhooksWithDueDeliveries(
  pool: Pool,
  after: number,
): Promise<{ readonly numbers: readonly number[]; readonly next: number }> {
  const found = await rows(pool, withDue, [after, LOOK_MOST]);
  const numbers = found.filter(({ isThere }) => isThere).map(({ number }) => number);
  return { numbers, next: found.length < LOOK_MOST ? 0 : found.at(-1)!.number };
}

/**
 * Deliveries to make jobs of, oldest first: no job has them, or theirs was lost.
 * @param lostAfterMs after so long these, too, count as lost
 */
export async function claimDueDeliveries(
  pool: Pool,
  webhook: number,
  most: number,
  lostAfterMs: number,
): Promise<number[]> {
  const claimed = await rows(pool, claim, [webhook, most, lostAfterMs]);
  return claimed.map((delivery) => delivery.id).toSorted((one, other) => one - other);
}

/** @returns null when it is over, or its endpoint is gone */
export const findDueDelivery = async (pool: Pool, delivery: number): Promise<DueDelivery | null> =>
  (await rows(pool, find, [delivery]))[0] ?? null;

export async function markDone(pool: Pool, delivery: number): Promise<void> {
  await run(pool, done, [delivery]);
}

/**
 * @param triesMax after so many it is dead
 * @param lostAfterMs until then a job will have tried it again
 * @returns what it is now; null when it was over already
 */
export async function markFailed(
  pool: Pool,
  delivery: number,
  error: string,
  { triesMax, lostAfterMs }: { readonly triesMax: number; readonly lostAfterMs: number },
): Promise<DeliveryState | null> {
  return (await rows(pool, failed, [delivery, error, triesMax, lostAfterMs]))[0]?.state ?? null;
}

/** Oldest first. @param after the id before the page; 0 for the first page */
export const deliveriesOf = (
  pool: Pool,
  webhook: number,
  state: DeliveryState,
  { after, most }: { readonly after: number; readonly most: number },
): Promise<DeliveryRow[]> => rows(pool, list, [webhook, state, after, most]);
