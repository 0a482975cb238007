import { setTimeout as wait } from 'node:timers/promises';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { countOrders } from '../../checker/ledger-facts.ts';
import { NoInstant, POLL_MS, drawShare, momentOf, redisOf, untilAcknowledged } from './hunt.ts';
import type { Hunt, KillReport, Moment } from './hunt.ts';

/** The least number of unsettled orders at which the apis die. */
const UNSETTLED_LEAST = 20;

async function untilUnsettled(hunt: Hunt, orders: number): Promise<void> {
  const { counter, servers, sale, isOver } = hunt;
  const settled = await countOrders(servers.pool, sale);
  while (counter.count() - settled < orders) {
    if (isOver()) throw new NoInstant('the sale ended before enough orders were unsettled');
    await wait(POLL_MS);
  }
}

/** While no request is under way: every api dies, and Redis forgets everything. */
async function strike(hunt: Hunt): Promise<Moment> {
  const { apis } = hunt.servers;
  const moment = await momentOf(hunt);
  await Promise.all(apis.map((api) => api.kill()));
  const connection = createRedis(redisOf(hunt).url, { kind: 'steady', onError: () => {} });
  await whenReady(connection);
  await connection.flushall().finally(() => connection.disconnect());
  return moment;
}

/** Two faults at once: all who remember the unsettled orders die, and Redis is flushed. */
export async function killApisAndFlush(hunt: Hunt): Promise<KillReport> {
  const { servers, load, kill, cap } = hunt;
  const { worker, apis } = servers;
  await untilAcknowledged(hunt, cap * drawShare(hunt));
  worker.freeze();
  try {
    await untilUnsettled(hunt, UNSETTLED_LEAST);
    await load.pause();
    const moment = await strike(hunt);
    const startMs = performance.now();
    worker.thaw();
    await Promise.all(apis.map((api) => api.restart()));
    load.resume();
    return { kill, ...moment, awayMs: performance.now() - startMs, notes: [] };
  } finally {
    worker.thaw();
  }
}
