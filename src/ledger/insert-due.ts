import type { PoolClient } from 'pg';
import type { CellId } from '../domain/ids.ts';
import type { Mover } from '../domain/order-life.ts';
import { totalMinor } from '../domain/order.ts';
import { sqlState } from '../platform/postgres.ts';
import { announceOrders } from './announce.ts';
import { claimsOf, ordersOf } from './due.ts';
import type { Due } from './due.ts';
import { insertClaimRows, insertOrderRows } from './insert-rows.ts';
import { payOrders } from './moves.ts';
import { NeverGiven } from './never-given.ts';
import { take } from './take.ts';
import { NeverAsked } from './withdrawals.ts';

/** An order or claim that Postgres refuses however it is tried. */
export interface Poison {
  readonly due: Due;
  readonly sqlstate: string;
  readonly reason: string;
}

const SETTLEMENT: Mover = { who: 'settlement', why: 'nothing to pay' };

/** Inserts orders and claims and counts what they took; an order of total 0 is paid with it. */
export async function insertAll(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  due: readonly Due[],
): Promise<void> {
  await insertOrderRows(client, cell, epoch, ordersOf(due));
  await insertClaimRows(client, cell, epoch, claimsOf(due));
  await take(client, cell, due);
  const orders = ordersOf(due);
  const free = orders.filter((order) => totalMinor(order) === 0).map(({ id }) => id);
  const ids = orders.map(({ id }) => id);
  if (ids.length > 0) await announceOrders(client, 'order.placed', ids);
  if (free.length > 0) await payOrders(client, cell, free, SETTLEMENT);
}

/** What Postgres refused: SQLSTATE and why. */
export type Refused = Omit<Poison, 'due'>;

/** Only bad data (22xxx) and broken constraints (23xxx) are poison; anything else is retried. */
function poisonState(error: unknown): string | null {
  if (error instanceof NeverGiven || error instanceof NeverAsked) return '23514';
  const state = sqlState(error);
  return state?.startsWith('22') || state?.startsWith('23') ? state : null;
}

/** Does something that may be poison; then nothing of it is written. */
export async function unlessPoison(
  client: PoolClient,
  work: () => Promise<void>,
): Promise<Refused | null> {
  await client.query('savepoint piece');
  try {
    await work();
    await client.query('release savepoint piece');
    return null;
  } catch (error) {
    const sqlstate = poisonState(error);
    if (!sqlstate) throw error;
    await client.query('rollback to savepoint piece');
    await client.query('release savepoint piece');
    return { sqlstate, reason: (error as Error).message };
  }
}

/**
 * Inserts orders and claims, in the order they were written. On poison it halves what it was given,
 * down to a single one, so that neighbours settle and each poison is reproduced alone.
 * @returns the poison, with nothing of it written
 */
export async function insertDue(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  due: readonly Due[],
): Promise<Poison[]> {
  if (due.length === 0) return [];
  const refused = await unlessPoison(client, () => insertAll(client, cell, epoch, due));
  if (!refused) return [];
  if (due.length === 1) return [{ due: due[0]!, ...refused }];
  const half = due.length >> 1;
  const first = await insertDue(client, cell, epoch, due.slice(0, half));
  return [...first, ...(await insertDue(client, cell, epoch, due.slice(half)))];
}
