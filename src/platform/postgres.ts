import pg from 'pg';
import type { Pool, PoolClient } from 'pg';
import { patiently, statementMsLeft } from './deadline.ts';
import { isContended, sqlState } from './sql-states.ts';
import { systemTime } from './time.ts';
import { ServerSilent, WaryPool, failureOf, usualMsOn } from './wary-pool.ts';
import type { Statement } from './wary-pool.ts';

const INT8 = 20;
/** How long a statement may take on the server, unless the pool or a transaction says more. */
const STATEMENT_MS = 4_000;
/** The server answers a statement that takes too long. A connection silent for more is dead. */
const SILENCE_MS = 500;
const CONNECT_MS = 3_000;
const ROLLBACK_MS = 1_000;
const KEEP_ALIVE_MS = 3_000;
const LOCK_NOT_AVAILABLE = '55P03';
const MAX_TRIES = 5;
/** The random pause before a retry, times the tries so far: two that collided drift apart. */
const RETRY_WITHIN_MS = 10;
/** What pg says of a server that did not answer a statement in time. */
const SILENT = 'Query read timeout';

/** Reads bigint columns as numbers: counts and minor units are below 2^53. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint out of range: ${text}`);
  return value;
}
pg.types.setTypeParser(INT8, parseInt8);

export interface PoolOptions {
  readonly max?: number;
  /** How much work may wait for a connection; more fails at once. Default: no bound. */
  readonly maxWaiting?: number;
  /** How long a statement may take. */
  readonly statementMs?: number;
  /** Postgres cuts a connection that is idle inside a transaction for this long. */
  readonly idleInTransactionMs?: number;
  readonly onError: (error: Error) => void;
}

/** A process that stalls inside a transaction must not keep its row locks from all others. */
const IDLE_IN_TRANSACTION_MS = 5_000;

/** The server ends a session whose client has gone or does not answer, and frees its locks. */
const SERVER_NOTICES = Object.entries({
  client_connection_check_interval: '500ms',
  tcp_keepalives_idle: '3s',
  tcp_keepalives_interval: '1s',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '5s',
})
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

const ROLLBACK: Statement = { text: 'rollback', query_timeout: ROLLBACK_MS };

export function createPool(url: string, options: PoolOptions): Pool {
  const { max = 10, maxWaiting = Infinity, statementMs = STATEMENT_MS, onError } = options;
  const { idleInTransactionMs = IDLE_IN_TRANSACTION_MS } = options;
  const pool = new WaryPool(
    {
      connectionString: url,
      max,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      statement_timeout: statementMs,
      query_timeout: statementMs + SILENCE_MS,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      options: SERVER_NOTICES,
      application_name: 'doorbuster',
    },
    maxWaiting,
  );
  pool.on('error', onError);
  return pool;
}

/**
 * Sends one statement, unless the deadline of the work at hand is over; it ends with the deadline.
 * @throws ServerSilent
 */
export async function send<Row extends pg.QueryResultRow>(
  client: PoolClient,
  statement: Statement,
): Promise<pg.QueryResult<Row>> {
  const sentMs = systemTime.monotonic();
  const query_timeout = statementMsLeft(usualMsOn(client) ?? STATEMENT_MS + SILENCE_MS);
  const bound: Statement = { ...statement, query_timeout };
  try {
    return await client.query<Row>(bound);
  } catch (error) {
    if (!(error instanceof Error && error.message === SILENT)) throw error;
    throw new ServerSilent(systemTime.monotonic() - sentMs);
  }
}

export type Isolation = 'read committed' | 'repeatable read';

/** Uses one connection for some work, and never again a connection that broke meanwhile. */
export async function onConnection<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let silence: ServerSilent | undefined;
  try {
    return await work(client);
  } catch (error) {
    if (error instanceof ServerSilent) silence = error;
    throw error;
  } finally {
    client.release(silence);
  }
}

export interface TransactionOptions {
  readonly isolation?: Isolation;
  /** How long a statement may take; default: as on every connection of the pool. */
  readonly statementMs?: number;
  /** With `statementMs`: how long the server waits for the next one; default: the same. */
  readonly idleMs?: number;
}

/**
 * For a chore whose work is soon due: a connection that falls silent costs it two seconds, and the
 * server frees its locks sooner.
 */
export const HASTY = { statementMs: 1_500, idleMs: 1_500 } as const satisfies TransactionOptions;

/** For statements that read very many rows, such as those of an audit. */
export const PATIENT = { statementMs: 60_000 } as const satisfies TransactionOptions;

async function attempt<T>(
  pool: Pool,
  begin: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await send(client, { text: begin });
    const result = await work(client);
    await send(client, { text: 'commit' });
    return result;
  } catch (error) {
    broken = error instanceof ServerSilent ? error : await failureOf(client, ROLLBACK);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Contention that passes at once. A lock that was not free may be held for long. */
const isRetryable = (error: unknown): boolean =>
  isContended(error) && sqlState(error) !== LOCK_NOT_AVAILABLE;

/**
 * Runs `work` in one transaction. After a deadlock or a serialisation failure it runs `work` again,
 * at most five times in all, so `work` must have no effect outside the transaction. Nothing is
 * committed after the deadline of the work at hand.
 */
export async function transaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  { isolation = 'read committed', statementMs, idleMs }: TransactionOptions = {},
): Promise<T> {
  const begin = `begin isolation level ${isolation}`;
  if (statementMs === undefined) return retried(() => attempt(pool, begin, work));
  const idle =
    idleMs === undefined ? '' : `; set local idle_in_transaction_session_timeout = ${idleMs}`;
  const bounded = `${begin}; set local statement_timeout = ${statementMs}${idle}`;
  return retried(() => patiently(statementMs + SILENCE_MS, () => attempt(pool, bounded, work)));
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === MAX_TRIES || !isRetryable(error)) throw error;
      await systemTime.sleep(Math.random() * tries * RETRY_WITHIN_MS);
    }
  }
}
