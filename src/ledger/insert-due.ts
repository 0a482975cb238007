import type { PoolClient } from 'pg';
import type { CellId } from '../domain/ids.ts';
import { sqlState } from '../platform/postgres.ts';
import { claimsOf, ordersOf } from './due.ts';
import type { Due } from './due.ts';
import { insertClaimRows, insertOrderRows } from './insert-rows.ts';
import { NeverGiven, take } from './take.ts';

/** An order or claim that Postgres refuses however it is tried. */
export interface Poison {
  readonly due: Due;
  readonly sqlstate: string;
  readonly reason: string;
}

/** Inserts orders and claims and counts what they took. */
export async function insertAll(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  due: readonly Due[],
): Promise<void> {
  await insertOrderRows(client, cell, epoch, ordersOf(due));
  await insertClaimRows(client, cell, epoch, claimsOf(due));
  await take(client, cell, due);
}

/** Only bad data (22xxx) and broken constraints (23xxx) are poison; anything else is retried. */
function poisonState(error: unknown): string | null {
  if (error instanceof NeverGiven) return '23514';
  const state = sqlState(error);
  return state?.startsWith('22') || state?.startsWith('23') ? state : null;
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
  await client.query('savepoint piece');
  try {
    await insertAll(client, cell, epoch, due);
    await client.query('release savepoint piece');
    return [];
  } catch (error) {
    const sqlstate = poisonState(error);
    if (!sqlstate) throw error;
    await client.query('rollback to savepoint piece');
    await client.query('release savepoint piece');
    if (due.length === 1) return [{ due: due[0]!, sqlstate, reason: (error as Error).message }];
    const half = due.length >> 1;
    const first = await insertDue(client, cell, epoch, due.slice(0, half));
    return [...first, ...(await insertDue(client, cell, epoch, due.slice(half)))];
  }
}
