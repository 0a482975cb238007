import type { PoolClient } from 'pg';
import { send } from '../platform/postgres.ts';
import { meaningOf, sqlState } from '../platform/sql-states.ts';
import { NeverAsked, NeverGiven } from './broken-books.ts';

/** Why Postgres refused something. */
export interface Refused {
  readonly sqlstate: string;
  readonly reason: string;
}

/** Callers retry anything that is not poison. */
function poisonState(error: unknown): string | null {
  if (error instanceof NeverGiven || error instanceof NeverAsked) return '23514';
  return meaningOf(error) === 'poison' ? sqlState(error) : null;
}

/**
 * Does work that may be poison. If it is, nothing of it is written.
 * @returns null when the work is done
 */
export async function unlessPoison(
  client: PoolClient,
  work: () => Promise<unknown>,
): Promise<Refused | null> {
  await send(client, { text: 'savepoint piece' });
  try {
    await work();
    await send(client, { text: 'release savepoint piece' });
    return null;
  } catch (error) {
    const sqlstate = poisonState(error);
    if (!sqlstate) throw error;
    await send(client, { text: 'rollback to savepoint piece' });
    await send(client, { text: 'release savepoint piece' });
    return { sqlstate, reason: (error as Error).message };
  }
}
