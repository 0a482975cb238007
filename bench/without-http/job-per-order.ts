import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { CellAddress } from '../../src/cell/cell-address.ts';
import { insertAll } from '../../src/ledger/cells/insert-incoming-orders.ts';
import type { IncomingOrder } from '../../src/ledger/books/incoming-orders.ts';
import { createPool, transaction } from '../../src/platform/postgres.ts';
import { createRedis, whenReady } from '../../src/platform/redis.ts';
import type { BenchServers } from '../run/servers.ts';
import { NoNumber } from '../run/no-number.ts';

/** Jobs that run at once, and connections to Postgres: enough for commits to share an fsync. */
export const JOBS_AT_ONCE = 32;
const ENQUEUED_AT_ONCE = 1_000;
const SECOND_MS = 1_000;

async function enqueue(connection: Redis, name: string, orders: readonly IncomingOrder[]) {
  const queue = new Queue(name, { connection });
  for (let from = 0; from < orders.length; from += ENQUEUED_AT_ONCE) {
    const piece = orders.slice(from, from + ENQUEUED_AT_ONCE);
    const opts = { removeOnComplete: true, removeOnFail: true };
    await queue.addBulk(piece.map((data) => ({ name: 'order', data, opts })));
  }
  return queue;
}

/**
 * Settles in the usual way: one BullMQ job per order. Each job's transaction inserts the order and
 * its lines and holds the units, with the settler's own statements but no savepoint or cursor.
 * @returns orders per second, from the worker's start until the last job is done
 */
export async function settleByJobs(
  { redis, postgres }: BenchServers,
  cell: CellAddress,
  orders: readonly IncomingOrder[],
): Promise<number> {
  const connection = createRedis(redis.url, { kind: 'queue', onError: () => {} });
  const pool = createPool(postgres.url, {
    max: JOBS_AT_ONCE,
    statementMs: 60_000,
    onError: () => {},
  });
  await whenReady(connection);
  const name = `bench-${cell.id.sale}`;
  const queue = await enqueue(connection, name, orders);
  const work = ({ data }: { data: IncomingOrder }) =>
    transaction(pool, (client) => insertAll(client, cell.id, cell.epoch, [data]));
  const startMs = performance.now();
  const worker = new Worker(name, work, { connection, concurrency: JOBS_AT_ONCE });
  worker.on('error', () => {});
  let done = 0;
  await new Promise<void>((resolve, reject) => {
    worker.on('completed', () => ++done === orders.length && resolve());
    worker.on('failed', (_, error) => reject(new NoNumber(`a job failed: ${error.message}`)));
  });
  const seconds = (performance.now() - startMs) / SECOND_MS;
  await worker.close();
  await queue.close();
  connection.disconnect();
  await pool.end();
  return orders.length / seconds;
}
