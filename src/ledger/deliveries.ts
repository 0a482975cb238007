import type { Pool } from 'pg';
import type { SaleId } from '../domain/ids.ts';
import type { DeliveryState, WebhookKind } from '../domain/webhook.ts';
import { query, rows, run } from '../platform/query.ts';

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

export interface WebhookPlace {
  readonly sale: SaleId;
  readonly id: string;
}

const withDue = query<WebhookPlace>('webhooks/with-due');
const claim = query<{ id: number }>('webhooks/claim-due');
const find = query<DueDelivery>('webhooks/find-due');
const done = query('webhooks/mark-done');
const failed = query<{ state: DeliveryState }>('webhooks/mark-failed');
const list = query<DeliveryRow>('webhooks/deliveries');
const prune = query('webhooks/prune');

const DONE_DAYS = 1;
const DEAD_DAYS = 30;

/** Endpoints that something is due for; at most 1,000. */
export const webhooksWithDue = (pool: Pool): Promise<WebhookPlace[]> => rows(pool, withDue);

/**
 * Deliveries to make jobs of, oldest first: no job has them, or theirs was lost.
 * @param lostAfterMs after so long these, too, count as lost
 */
export async function claimDue(
  pool: Pool,
  { sale, id }: WebhookPlace,
  most: number,
  lostAfterMs: number,
): Promise<number[]> {
  const claimed = await rows(pool, claim, [sale, id, most, lostAfterMs]);
  return claimed.map((delivery) => delivery.id).toSorted((one, other) => one - other);
}

/** @returns null when it is over, or its endpoint is gone */
export const findDue = async (pool: Pool, delivery: number): Promise<DueDelivery | null> =>
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
  { sale, id }: WebhookPlace,
  state: DeliveryState,
  { after, most }: { readonly after: number; readonly most: number },
): Promise<DeliveryRow[]> => rows(pool, list, [sale, id, state, after, most]);

/** Forgets deliveries made a day ago and those given up thirty days ago; 10,000 of each at most. */
export async function pruneDeliveries(pool: Pool): Promise<void> {
  await run(pool, prune, ['done', DONE_DAYS]);
  await run(pool, prune, ['dead', DEAD_DAYS]);
}
