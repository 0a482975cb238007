import type { Pool } from 'pg';
import type { DeliveryState, EventKind } from '../../domain/webhook.ts';
import { query, rows, run } from '../../platform/query.ts';

/** One message to one endpoint. */
export interface DeliveryRow {
  readonly id: number;
  readonly kind: EventKind;
  /** JSON, to which `eventText` adds the id. */
  readonly body: string;
  readonly state: DeliveryState;
  readonly tries: number;
  /** Why the last try failed; null: it did not, or there was none. */
  readonly error: string | null;
  readonly createdAtMs: number;
}

/** A due delivery with everything that a sender needs. `secrets`: the newest first. */
export interface DueDelivery {
  readonly id: number;
  /** JSON, to which `eventText` adds the id. */
  readonly body: string;
  readonly createdAtMs: number;
  readonly tries: number;
  readonly url: string;
  readonly secrets: readonly string[];
  /** False: the endpoint is disabled, and this is no test. */
  readonly isWanted: boolean;
}

const withDue = query<{ number: number; isThere: boolean }>(
  'webhooks/deliveries/endpoints-with-due',
);
const claim = query<{ id: number }>('webhooks/deliveries/claim-due');
const release = query('webhooks/deliveries/release');
const find = query<DueDelivery>('webhooks/deliveries/find-due');
const done = query('webhooks/deliveries/mark-done');
const failed = query<{ state: DeliveryState }>('webhooks/deliveries/mark-failed');
const giveUp = query('webhooks/deliveries/give-up');
const list = query<DeliveryRow>('webhooks/deliveries/list');
const listNewest = query<DeliveryRow>('webhooks/deliveries/list-newest');
const findOne = query<DeliveryRow>('webhooks/deliveries/find');
const insertTest = query<{ id: number }>('webhooks/deliveries/insert-test');

/** The endpoints of one call. */
const LOOK_MOST = 1_000;

/**
 * Lists endpoints that have a due delivery, by number, at most 1,000.
 * @param after `next` of the call before; 0: starts at the first endpoint
 * @returns their numbers, and `after` of the next call
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
 * Claims due deliveries that no job has, or whose job was lost, oldest first. The caller makes a
 * job of each.
 * @param lostAfterMs when a job has not ended after this time, it counts as lost
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

/** Gives back claimed deliveries that may have no job. */
export async function releaseDeliveries(pool: Pool, ids: readonly number[]): Promise<void> {
  await run(pool, release, [ids]);
}

/** @returns null when the delivery has ended or its endpoint is deleted */
export const findDueDelivery = async (pool: Pool, delivery: number): Promise<DueDelivery | null> =>
  (await rows(pool, find, [delivery]))[0] ?? null;

export async function markDelivered(pool: Pool, delivery: number): Promise<void> {
  await run(pool, done, [delivery]);
}

/**
 * Counts a failed try.
 * @param limits `triesMax`: after this number of tries the delivery is dead; `lostAfterMs`: by then
 *   its job tries again, or counts as lost
 * @returns the new state; null when the delivery had ended before
 */
export async function markDeliveryFailed(
  pool: Pool,
  delivery: number,
  error: string,
  { triesMax, lostAfterMs }: { readonly triesMax: number; readonly lostAfterMs: number },
): Promise<DeliveryState | null> {
  return (await rows(pool, failed, [delivery, error, triesMax, lostAfterMs]))[0]?.state ?? null;
}

/** Gives up a due delivery that was not tried. @param why for people */
export async function giveUpDelivery(pool: Pool, delivery: number, why: string): Promise<void> {
  await run(pool, giveUp, [delivery, why]);
}

/** Which deliveries of an endpoint to list. */
export interface DeliveryFilter {
  readonly states: readonly DeliveryState[];
  /** Null: every kind. */
  readonly kind: EventKind | null;
  /** Lists the newest first; else the oldest. */
  readonly isNewestFirst: boolean;
}

/** Lists deliveries in order. @param page `after`: the last id of the page before; null: none */
export const deliveriesOf = (
  pool: Pool,
  webhook: number,
  { states, kind, isNewestFirst }: DeliveryFilter,
  { after, most }: { readonly after: number | null; readonly most: number },
): Promise<DeliveryRow[]> =>
  isNewestFirst
    ? rows(pool, listNewest, [webhook, states, kind, after ?? Number.MAX_SAFE_INTEGER, most])
    : rows(pool, list, [webhook, states, kind, after ?? 0, most]);

export const findDelivery = async (
  pool: Pool,
  webhook: number,
  delivery: number,
): Promise<DeliveryRow | null> => (await rows(pool, findOne, [webhook, delivery]))[0] ?? null;

/**
 * Writes a test event for an endpoint, which the caller sends.
 * @param data of the event
 * @param lostAfterMs if it is due still after this time, a worker sends it
 * @returns its id
 */
export async function insertTestDelivery(
  pool: Pool,
  webhook: number,
  data: object,
  lostAfterMs: number,
): Promise<number> {
  const [made] = await rows(pool, insertTest, [webhook, JSON.stringify(data), lostAfterMs]);
  return made!.id;
}
