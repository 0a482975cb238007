import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { SaleAdmin } from '../../proof/fleet/sale-admin.ts';
import { startService } from '../../proof/fleet/service-process.ts';
import type { ServiceProcess } from '../../proof/fleet/service-process.ts';
import { signFor } from '../../proof/builders/secrets.ts';
import { createPool } from '../../src/platform/postgres.ts';
import { createRedis, whenReady } from '../../src/platform/redis.ts';
import { countOrders } from '../../proof/checker/ledger-facts.ts';
import { NoNumber } from '../run/no-number.ts';
import { figuresOf } from '../run/round-figures.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { benchOffer, benchSale, saleName } from '../over-http/put-on-sale.ts';

const APIS = [2, 4, 8];
/** Orders that each api acknowledged and nobody had settled, at most. */
const ORDERS_EACH = 200;
const UNITS = 100_000;
const POLL_MS = 5;
const OPEN_WITHIN_MS = 30_000;
const CREATED = 201;
const BUSY = 503;

interface Fleet {
  readonly apis: readonly ServiceProcess[];
  readonly worker: ServiceProcess;
  readonly pool: Pool;
  readonly admin: SaleAdmin;
  readonly jwtSecret: string;
  flushAll(): Promise<unknown>;
  stop(): Promise<void>;
}

async function startFleet({ servers }: BenchWorld, count: number): Promise<Fleet> {
  const { folder, jwtSecret, redis, postgres } = servers;
  const settings = { redisUrl: redis.url, databaseUrl: postgres.url, jwtSecret };
  const worker = await startService('worker', settings, join(folder, 'worker.log'));
  const apis: ServiceProcess[] = [];
  for (let i = 0; i < count; i++) {
    apis.push(await startService('api', settings, join(folder, `api-${i}.log`)));
  }
  const pool = createPool(postgres.url, { max: 2, statementMs: 60_000, onError: () => {} });
  const client = createRedis(redis.url, { kind: 'steady', onError: () => {} });
  await whenReady(client);
  const stop = async () => {
    await Promise.all([...apis, worker].map((one) => one.stop()));
    client.disconnect();
    await pool.end();
  };
  const admin = new SaleAdmin(apis[0]!.url, jwtSecret);
  return { apis, worker, pool, admin, jwtSecret, flushAll: () => client.flushall(), stop };
}

/** Buys one unit, and tries again with the same key while the cell is busy. */
async function buyOne(url: string, sale: string, jwtSecret: string): Promise<void> {
  const token = signFor(jwtSecret, { sub: randomUUID(), role: 'shopper' });
  const request = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ lines: [{ offer: 'hot', quantity: 1 }] }),
  };
  for (;;) {
    const { status } = await fetch(`${url}/v1/sales/${sale}/orders`, request);
    if (status === CREATED) return;
    if (status !== BUSY) throw new NoNumber(`an order was answered ${status}`);
    await wait(POLL_MS);
  }
}

/** Buys through every api, until each answered its orders. @returns how many orders there are */
async function buy({ apis, jwtSecret }: Fleet, sale: string): Promise<number> {
  const buyAt = async ({ url }: ServiceProcess): Promise<void> => {
    for (let i = 0; i < ORDERS_EACH; i++) await buyOne(url, sale, jwtSecret);
  };
  await Promise.all(apis.map(buyAt));
  return apis.length * ORDERS_EACH;
}

async function isOpenAfter(pool: Pool, sale: string, epoch: number): Promise<boolean> {
  const text = "select from cells where sale = $1 and epoch > $2 and state = 'open'";
  return (await pool.query(text, [sale, epoch])).rows.length > 0;
}

/** Flushes Redis, and waits until the cell sells again. @returns the milliseconds it took */
async function flush(fleet: Fleet, sale: string): Promise<number> {
  const { pool } = fleet;
  const { rows } = await pool.query<{ epoch: number }>('select epoch from cells where sale = $1', [
    sale,
  ]);
  const startMs = performance.now();
  await fleet.flushAll();
  while (!(await isOpenAfter(pool, sale, rows[0]!.epoch))) {
    if (performance.now() - startMs > OPEN_WITHIN_MS) throw new NoNumber('the cell does not open');
    await wait(POLL_MS);
  }
  return performance.now() - startMs;
}

/** @throws NoNumber unless everything is settled, and every order is in the ledger */
async function expectSettled(fleet: Fleet, sale: string, orders: number): Promise<void> {
  await fleet.admin.untilQuiet(sale, OPEN_WITHIN_MS);
  if ((await countOrders(fleet.pool, sale)) < orders) throw new NoNumber('an order is lost');
}

/** One flush while all live, and one while an api is stopped. */
async function measure(world: BenchWorld, count: number): Promise<Record<string, number>> {
  const fleet = await startFleet(world, count);
  try {
    const sale = saleName();
    await fleet.admin.open({ sale: benchSale(sale), offers: [benchOffer('hot', UNITS)] });
    for (const api of fleet.apis) await fetch(`${api.url}/v1/sales/${sale}`);
    let orders = await buy(fleet, sale);
    const allLiveMs = await flush(fleet, sale);
    await expectSettled(fleet, sale, orders);
    orders += await buy(fleet, sale);
    await expectSettled(fleet, sale, orders);
    const stopped = fleet.apis.at(-1)!;
    stopped.freeze();
    const oneStoppedMs = await flush(fleet, sale);
    stopped.thaw();
    await expectSettled(fleet, sale, orders);
    world.audits.note(sale, (await fleet.admin.audit(sale)).brokenPromises);
    world.say(`${count} apis: ${Math.round(allLiveMs)} ms, ${Math.round(oneStoppedMs)} ms`);
    return { [`allLiveMs${count}`]: allLiveMs, [`oneStoppedMs${count}`]: oneStoppedMs };
  } finally {
    await fleet.stop();
  }
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const rounds: Record<string, number>[] = [];
  for (let number = 1; number <= world.options.rounds; number++) {
    const round: Record<string, number> = {};
    for (const count of APIS) Object.assign(round, await measure(world, count));
    rounds.push(round);
  }
  const placed = rounds.length * APIS.reduce((sum, count) => sum + 2 * count * ORDERS_EACH, 0);
  return {
    rounds,
    figures: figuresOf(rounds),
    answers: { buy: { placed } },
    notes: [
      `FLUSHALL in a sale of one cell, right after each api acknowledged ${ORDERS_EACH} orders`,
      'the time ends when the cell is open in the ledger again',
      'a stopped api (SIGSTOP) counts as dead after two seconds',
      'every order is in the ledger afterwards',
    ],
  };
}

const ms = (means: string) => ({ unit: 'ms', means });

export const recovery: Scenario = {
  name: 'recovery',
  describe: 'the time from FLUSHALL until a cell sells again, with 2, 4 and 8 api processes',
  legend: {
    allLiveMs: ms('all processes live; followed by the number of apis'),
    oneStoppedMs: ms('one api is stopped; followed by the number of apis'),
  },
  run,
};
