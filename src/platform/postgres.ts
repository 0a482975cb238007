import pg from 'pg';
import type { Pool, PoolClient } from 'pg';
import { systemTime } from './time.ts';

const INT8 = 20;
const RETRYABLE = new Set(['40001', '40P01']);
const LOCK_NOT_AVAILABLE = '55P03';
/** A server silent for this long is given up; the longest statement is the audit. */
const QUERY_TIMEOUT_MS = 60_000;
const MAX_TRIES = 5;
/** The random pause before a retry, times the tries so far: two that collided drift apart. */
const RETRY_WITHIN_MS = 10;

/** Reads bigint columns as numbers: counts and minor units are below 2^53. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint out of range: ${text}`);
  return value;
}
pg.types.setTypeParser(INT8, parseInt8);

export interface PoolOptions {
  readonly max?: number;
  /** Postgres cuts a connection that is idle inside a transaction for this long. */
  readonly idleInTransactionMs?: number;
  readonly onError: (error: Error) => void;
}

/** A process that stalls inside a transaction must not keep its row locks from all others. */
const IDLE_IN_TRANSACTION_MS = 5_000;

export function createPool(
  url: string,
  { max = 10, idleInTransactionMs = IDLE_IN_TRANSACTION_MS, onError }: PoolOptions,
): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    application_name: 'doorbuster',
  });
  pool.on('error', onError);
  // The pool listens to idle connections only. A connection cut while in use fails its query, but
  // its error event would end the process if nothing listened.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** SQLSTATE of a Postgres error, or null when the fault is not the server's. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code ? error.code : null;
}

/** True when other transactions were in the way, so that the same work may succeed later. */
export function isContended(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return RETRYABLE.has(state) || state === LOCK_NOT_AVAILABLE;
}

export type Isolation = 'read committed' | 'repeatable read';

async function attempt<T>(
  pool: Pool,
  isolation: Isolation,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin isolation level ${isolation}`);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((fault: Error) => (broken = fault));
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Runs `work` in one transaction. After a deadlock or a serialisation failure it runs `work` again,
 * at most five times in all, so `work` must have no effect outside the transaction.
 */
export async function transaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  isolation: Isolation = 'read committed',
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(pool, isolation, work);
    } catch (error) {
      if (tries === MAX_TRIES || !RETRYABLE.has(sqlState(error) ?? '')) throw error;
      await systemTime.sleep(Math.random() * tries * RETRY_WITHIN_MS);
    }
  }
}
