import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import type { CellId, SaleId } from '../../../src/domain/ids.ts';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { Time } from '../../../src/platform/time.ts';
import { ChoreBell } from '../../../src/queue/chore-bell.ts';
import { Doorbell } from '../../../src/queue/doorbell.ts';
import { Chores } from '../../../src/queue/scheduled-chores.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const ROUNDS = 40;
/** Scripts that a connection runs by itself when it is back. */
const FEW = 20;
const CELL: CellId = { sale: 's' as SaleId, cell: 0 };

let world: World;
let proxy: TcpProxy;
/** The connection of the queues, over the proxy. */
let queue: Redis;
let direct: Redis;
let stops: (() => Promise<unknown>)[];

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  const { hostname, port } = new URL(world.redisUrl);
  proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
  const options = { kind: 'queue', onError: () => {} } as const;
  queue = createRedis(`redis://127.0.0.1:${proxy.port}`, options);
  direct = createRedis(world.redisUrl, options);
  await Promise.all([whenReady(queue), whenReady(direct)]);
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  for (const redis of [queue, direct]) redis.disconnect();
  await proxy.stop();
});

/** Repeats nothing by itself, and lets no time pass before the next ring. */
function quickTime(
  tasks: (() => Promise<unknown>)[],
): Pick<Time, 'repeat' | 'after' | 'monotonic'> {
  return {
    ...systemTime,
    repeat: (task) => {
      tasks.push(task);
      return { stop: async () => {} };
    },
    after: (_ms, task) => {
      queueMicrotask(task);
      return () => {};
    },
  };
}

/** @returns what calls every schedule and bell once; each has reached Redis before */
async function startAll(): Promise<() => Promise<void>> {
  const tasks: (() => Promise<unknown>)[] = [];
  const time = quickTime(tasks);
  const chore = { name: 'tidy', everyMs: 3_600_000, run: async () => {} };
  const chores = new Chores({
    connection: queue,
    chores: [chore],
    time: { ...time, after: systemTime.after },
    onRan: async () => {},
    onError: () => {},
    onLate: () => {},
    onBack: () => {},
  });
  const bell = new ChoreBell(queue, time, () => {});
  const doorbell = new Doorbell(queue, time, () => {});
  chores.start();
  stops = [() => chores.close(), () => bell.close(), () => doorbell.close()];
  const callAll = async () => {
    for (const task of tasks) void task();
    bell.ring('tidy');
    doorbell.ring(CELL);
    await new Promise(setImmediate);
  };
  await callAll();
  const written = ['chores:repeat', 'chores:id', 'settle:id'].map((key) => `{doorbuster}:${key}`);
  await until(async () => (await direct.exists(...written)) === written.length, {
    describe: 'all have reached Redis',
  });
  return callAll;
}

/** How many scripts Redis has run since its counters were reset. */
async function scriptsRun(): Promise<number> {
  const stats = await direct.info('commandstats');
  const calls = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Waits until the connection has sent all that it kept. @returns how many scripts that were */
async function sentWhenBack(): Promise<number> {
  await whenReady(queue);
  await queue.ping();
  return scriptsRun();
}

test('what is called while Redis is away does not pile up for its return', async () => {
  const callAll = await startAll();
  proxy.refuse(true);
  proxy.cut();
  await until(() => queue.status !== 'ready', { describe: 'the connection is cut' });
  await direct.config('RESETSTAT');
  for (let round = 0; round < ROUNDS; round++) await callAll();
  proxy.refuse(false);
  expect(await sentWhenBack()).toBeLessThan(FEW);
});

test('what is called on a silent connection does not pile up for the next one', async () => {
  const callAll = await startAll();
  proxy.drop('requests');
  await direct.config('RESETSTAT');
  for (let round = 0; round < ROUNDS; round++) await callAll();
  proxy.drop(null);
  await until(() => queue.status !== 'ready', { describe: 'the connection is cut' });
  expect(await sentWhenBack()).toBeLessThan(FEW);
});
