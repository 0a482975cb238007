import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AcknowledgedEntries } from '../../../src/cell/cells/acknowledged-entries.ts';
import { headChannel, listenToHeads } from '../../../src/cell/cells/head-channel.ts';
import { cellName } from '../../../src/domain/ids.ts';
import type { CellId } from '../../../src/domain/ids.ts';
import { createRedis, pulse, whenReady } from '../../../src/platform/redis.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { cartLines, item } from '../../../proof/builders/carts.ts';
import { OpenCell } from '../../../proof/builders/open-cell.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { Shop } from '../../world/stage/shop.ts';

let world: World;
/** Connections of one test. */
let opened: Redis[];
let faults: Error[];
let heard: AcknowledgedEntries;

withWorld('test', (made) => (world = made));
beforeEach(() => {
  opened = [];
  faults = [];
  heard = new AcknowledgedEntries();
});
afterEach(() => {
  for (const redis of opened) redis.disconnect();
});

async function connect(kind: 'steady' | 'listen', database = 0): Promise<Redis> {
  const redis = createRedis(`${world.redisUrl}/${database}`, { kind, onError: console.error });
  opened.push(redis);
  await whenReady(redis);
  return redis;
}

async function listen(database = 0): Promise<void> {
  const redis = await connect('steady');
  listenToHeads(await connect('listen', database), heard, (error) => faults.push(error));
  await isListening(redis, database);
}

const isListening = (redis: Redis, database = 0) =>
  until(
    async () => {
      const [, count] = (await redis.pubsub('NUMSUB', headChannel(database))) as [string, number];
      return Number(count) > 0;
    },
    { describe: 'someone listens' },
  );

/** The heads noted of a cell that only listens here: to close its epochs stops nothing. */
const headsIn = (memory: AcknowledgedEntries, cell: CellId) =>
  memory.close(cell, 1_000).heads.map(({ settledSeq: _, ...head }) => head);

const untilHead = (memory: AcknowledgedEntries, cell: CellId, seq: number) =>
  until(() => headsIn(memory, cell).at(-1)?.seq === seq, { describe: `the head is ${seq}` });

test('a worker knows the last entry of a cell before it settles any', async () => {
  const shop = await Shop.create(world);
  const cell = { sale: shop.sale, cell: 0 };
  await isListening(shop.worker.redis);
  await shop.open([offer('a', { cap: 9 }), offer('c', { cap: 9, lane: 'cart' })]);
  const claims = { quota: 10, limitPerShopper: 5 };
  await shop.setRules([promotion('coupon', { layer: 'store', isCoupon: true, claims })]);
  await Promise.all([shop.buy({ shopper: 'u1' }), shop.buy({ shopper: 'u2' })]);
  await untilHead(shop.worker.acknowledged, cell, 1);
  await shop.checkOut({ lines: cartLines(['c', 2]) });
  await untilHead(shop.worker.acknowledged, cell, 2);
  await shop.claim('coupon');
  await untilHead(shop.worker.acknowledged, cell, 3);
  const { epoch } = shop.api.directory.cell(cell)!;
  expect(headsIn(shop.worker.acknowledged, cell)).toEqual([{ epoch, seq: 3, placed: 4 }]);
  expect(headsIn(shop.api.acknowledged, cell)).toEqual([{ epoch, seq: 3, placed: 4 }]);
  await shop.close();
});

test('units that are withdrawn move the head too', async () => {
  await listen();
  const cell = await OpenCell.open(await connect('steady'));
  await cell.buy([item()]);
  await cell.instruct([[1, { kind: 'withdraw', units: [['a', 1]] }]]);
  await untilHead(heard, cell.id, 2);
  expect(headsIn(heard, cell.id)).toEqual([{ epoch: 1, seq: 2, placed: 1 }]);
});

test('an order is placed although its announcement is refused', async () => {
  const redis = await connect('steady');
  await redis.acl('SETUSER', 'mute', 'on', 'nopass', '~*', '+@all', 'resetchannels');
  await redis.auth('mute', 'any');
  await expect(redis.publish(headChannel(0), 'x')).rejects.toThrow('NOPERM');
  const cell = await OpenCell.open(redis);
  expect(await cell.buy([item()])).toMatchObject([{ word: 'placed' }]);
  expect(await cell.outbox()).toHaveLength(1);
});

test('a head says nothing about another database of the same server', async () => {
  await listen(1);
  const id = (await OpenCell.open(await connect('steady', 0))).id;
  const here = await OpenCell.open(await connect('steady', 0), { id, epoch: 2 });
  const there = await OpenCell.open(await connect('steady', 1), { id });
  for (let i = 0; i < 3; i++) await here.buy([item()]);
  await there.buy([item()]);
  await untilHead(heard, id, 1);
  expect(headsIn(heard, id)).toEqual([{ epoch: 1, seq: 1, placed: 1 }]);
});

test('a message that nobody can read is a fault, and the next one counts', async () => {
  await listen();
  const redis = await connect('steady');
  for (const message of ['', 'sale.0 1 2', 'no-cell 1 2 3', 'sale.0 1 2 -3']) {
    await redis.publish(headChannel(0), message);
  }
  const cell = await OpenCell.open(redis);
  await cell.buy([item()]);
  await untilHead(heard, cell.id, 1);
  expect(faults).toHaveLength(4);
});

test('a listener whose connection fell silent hears the next entry', async () => {
  const { hostname, port } = new URL(world.redisUrl);
  const proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
  const url = `redis://127.0.0.1:${proxy.port}`;
  const listener = createRedis(url, { kind: 'listen', onError: () => {} });
  opened.push(listener);
  const stopPulse = pulse(listener, systemTime);
  listenToHeads(listener, heard, (error) => faults.push(error));
  const redis = await connect('steady');
  await isListening(redis);
  await proxy.halfOpen(500);
  const { id } = await OpenCell.open(redis);
  const isHeard = async () => {
    await redis.publish(headChannel(0), `${cellName(id)} 1 1 1`);
    return headsIn(heard, id).length > 0;
  };
  await until(isHeard, { describe: 'an entry is heard' });
  stopPulse();
  await proxy.stop();
  expect(faults).toEqual([]);
});
