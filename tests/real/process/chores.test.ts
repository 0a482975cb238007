import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { ChoreBell } from '../../../src/queue/chore-bell.ts';
import type { Chore } from '../../../src/queue/chore-runner.ts';
import { Chores } from '../../../src/queue/scheduled-chores.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const NEVER_MS = 24 * 3600 * 1000;
const SOON_MS = 20;

let world: World;
let connections: Redis[];
let started: Chores[];
let errors: string[];

/** A chore that counts its runs; a test can hold it in the middle of one. */
class Counted implements Chore {
  readonly name: string;
  readonly everyMs: number;
  begun = 0;
  runs = 0;
  atOnceMax = 0;
  hold: Promise<void> | null = null;
  fault: Error | null = null;

  constructor(name: string, everyMs: number) {
    this.name = name;
    this.everyMs = everyMs;
  }

  async run(): Promise<void> {
    this.begun++;
    this.atOnceMax = Math.max(this.atOnceMax, this.begun - this.runs);
    await this.hold;
    this.runs++;
    if (this.fault) throw this.fault;
  }

  reaches(runs: number): Promise<unknown> {
    return until(() => this.runs >= runs, { describe: `${this.name} has run ${runs} times` });
  }
}

async function connect(): Promise<Redis> {
  const redis = createRedis(world.redisUrl, { kind: 'queue', onError: () => {} });
  connections.push(redis);
  await whenReady(redis);
  return redis;
}

async function make(...chores: Chore[]): Promise<Chores> {
  const onError = (error: Error, chore: string | null) => errors.push(`${chore} ${error.message}`);
  const made = new Chores({
    connection: await connect(),
    chores,
    time: systemTime,
    onRan: async () => {},
    onError,
    onLate: (chore) => errors.push(`${chore} is late`),
    onBack: (chore) => errors.push(`${chore} is back`),
  });
  started.push(made);
  return made;
}

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  [connections, started, errors] = [[], [], []];
});
afterEach(async () => {
  for (const one of started) await one.close();
  for (const redis of connections) redis.disconnect();
});

test('each chore runs again and again, even after a failure', async () => {
  const [good, bad] = [new Counted('good', SOON_MS), new Counted('bad', SOON_MS)];
  bad.fault = new Error('broken');
  (await make(good, bad)).start();
  await Promise.all([good.reaches(3), bad.reaches(3)]);
  expect(errors.slice(0, 3)).toEqual(Array<string>(3).fill('bad broken'));
});

test('a chore never overlaps itself, and calls made meanwhile lead to one more run', async () => {
  const chore = new Counted('slow', NEVER_MS);
  const chores = await make(chore);
  const { promise, resolve } = Promise.withResolvers<void>();
  chore.hold = promise;
  const nudges = Array.from({ length: 5 }, () => chores.nudge('slow'));
  expect(chore.begun).toBe(1);
  resolve();
  await Promise.all(nudges);
  expect([chore.runs, chore.atOnceMax]).toEqual([2, 1]);
  await chores.nudge('unheard-of');
});

test('a slow chore does not delay the others', async () => {
  const [slow, good] = [new Counted('slow', SOON_MS), new Counted('good', SOON_MS)];
  const { promise, resolve } = Promise.withResolvers<void>();
  slow.hold = promise;
  (await make(slow, good)).start();
  await until(() => slow.begun === 1, { describe: 'the slow one has begun' });
  await good.reaches(good.runs + 5);
  expect([slow.begun, slow.runs]).toEqual([1, 0]);
  resolve();
  await slow.reaches(2);
});

test('only one worker runs each tick', async () => {
  const [shared, tick] = [new Counted('shared', NEVER_MS), new Counted('tick', SOON_MS)];
  const workers = await Promise.all([1, 2, 3].map(() => make(shared, tick)));
  for (const chores of workers) chores.start();
  await Promise.all([shared.reaches(1), tick.reaches(5)]);
  expect(shared.runs).toBe(1);
});

/** The chores that BullMQ has a schedule of. */
const scheduled = (redis: Redis) => redis.zrange('{doorbuster}:chores:repeat', '0', '-1');

test('a flushed schedule comes back with the next connection', async () => {
  const chore = new Counted('kept', SOON_MS);
  (await make(chore)).start();
  await chore.reaches(1);
  const other = await connect();
  await other.flushall();
  const queue = connections[0]!;
  queue.disconnect(true);
  await until(() => queue.status !== 'ready', { describe: 'the connection is cut' });
  await until(async () => (await scheduled(other)).includes('kept'), { describe: 'it is back' });
  await chore.reaches(chore.runs + 3);
});

test('a schedule flushed under a connection that stays comes back in seconds', async () => {
  const chore = new Counted('kept', SOON_MS);
  (await make(chore)).start();
  await chore.reaches(1);
  const other = await connect();
  await other.flushall();
  await until(async () => (await scheduled(other)).includes('kept'), { describe: 'it is back' });
  await chore.reaches(chore.runs + 3);
});

test('chores run on while nothing of BullMQ works', async () => {
  const chore = new Counted('kept', SOON_MS);
  (await make(chore)).start();
  await chore.reaches(1);
  const other = await connect();
  const keys = await other.keys('{doorbuster}:*');
  await other.unlink(...keys);
  for (const key of keys) await other.set(key, 'of a wrong type');
  await chore.reaches(chore.runs + 5);
});

test('a chore that hangs is late, is told once, and is back once it ends', async () => {
  const [stuck, good] = [new Counted('stuck', SOON_MS), new Counted('good', SOON_MS)];
  const chores = await make(stuck, good);
  const { promise, resolve } = Promise.withResolvers<void>();
  stuck.hold = promise;
  chores.start();
  await until(() => chores.late().length > 0, { describe: 'a chore is late' });
  expect(chores.late()).toEqual(['stuck']);
  const age = chores.ages().find((one) => one.chore === 'stuck')!;
  expect(age.ageMs).toBeGreaterThan(5_000);
  await good.reaches(good.runs + 5);
  expect(errors).toEqual(['stuck is late']);
  resolve();
  await until(() => chores.late().length === 0, { describe: 'no chore is late' });
  expect(errors).toEqual(['stuck is late', 'stuck is back']);
});

test('a second start leaves the schedule unchanged', async () => {
  const first = new Counted('steady', NEVER_MS);
  (await make(first)).start();
  await first.reaches(1);
  const second = new Counted('steady', NEVER_MS);
  const tick = new Counted('tick', SOON_MS);
  (await make(second, tick)).start();
  await tick.reaches(3);
  expect([first.runs, second.runs]).toEqual([1, 0]);
});

test('a process without chores can call for one, and no call is lost in a rush', async () => {
  const chore = new Counted('called', NEVER_MS);
  (await make(chore)).start();
  await chore.reaches(1);
  const bell = new ChoreBell(await connect(), systemTime, (error) => errors.push(error.message));
  bell.ring('called');
  await chore.reaches(2);
  for (let ring = 0; ring < 100; ring++) bell.ring('called');
  await chore.reaches(3);
  await bell.close();
  expect(chore.runs).toBeLessThanOrEqual(4);
  expect(errors).toEqual([]);
});

test('calls without a worker count as one, which runs when a worker comes', async () => {
  const queue = await connect();
  const bells = [1, 2, 3].map(
    () => new ChoreBell(queue, systemTime, (error) => errors.push(error.message)),
  );
  const waiting = async () => {
    const keys = await queue.keys('{doorbuster}:chores:*');
    return keys.filter((key) => /:chores:\d+$/.test(key)).length;
  };
  for (const bell of bells) {
    bell.ring('called');
    await until(async () => (await waiting()) > 0, { describe: 'a call waits' });
    await bell.close();
  }
  expect(await waiting()).toBe(1);
  const chore = new Counted('called', NEVER_MS);
  (await make(chore)).start();
  await chore.reaches(1);
  await until(async () => (await waiting()) === 0, { describe: 'no call waits' });
  expect(errors).toEqual([]);
});

test('a close signals the current run to end', async () => {
  const told = Promise.withResolvers<void>();
  const run = async (signal: AbortSignal) => {
    signal.addEventListener('abort', () => told.resolve());
    await told.promise;
  };
  const chores = await make({ name: 'long', everyMs: NEVER_MS, run });
  const nudged = chores.nudge('long');
  await chores.close();
  await nudged;
});

test('a close waits for the current run and begins no other', async () => {
  const chore = new Counted('last', NEVER_MS);
  const chores = await make(chore);
  const { promise, resolve } = Promise.withResolvers<void>();
  chore.hold = promise;
  chores.start();
  await until(() => chore.begun === 1, { describe: 'it has begun' });
  const nudged = chores.nudge('last');
  const closed = chores.close().then(() => chore.runs);
  resolve();
  expect(await closed).toBe(1);
  await nudged;
  await chores.nudge('last');
  expect(chore.begun).toBe(1);
});

test('a close also waits for a run that this process called for', async () => {
  const chore = new Counted('asked', NEVER_MS);
  const chores = await make(chore);
  const { promise, resolve } = Promise.withResolvers<void>();
  chore.hold = promise;
  void chores.nudge('asked');
  let isClosed = false;
  const closed = chores.close().then(() => (isClosed = true));
  const others = await make(new Counted('other', NEVER_MS));
  others.start();
  await others.close();
  expect(isClosed).toBe(false);
  resolve();
  await closed;
  expect(chore.runs).toBe(1);
});
