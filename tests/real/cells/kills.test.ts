import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ScriptBatches } from '../../../src/cell/selling/script-batches.ts';
import { callPurchase } from '../../../src/cell/selling/purchase.ts';
import { readCell } from '../../../src/cell/cells/snapshot.ts';
import { QUEUE_PREFIX } from '../../../src/queue/doorbell.ts';
import type { Stop } from '../../world/children/stop-points.ts';
import { Actor } from '../../world/servers/child-process.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { dumpLedger } from '../../world/checks/books.ts';
import { readRaw } from '../../world/checks/outbox.ts';
import { buySoon } from '../../world/checks/rush.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const BACKLOG = 30;
/** BullMQ reports errors when its keys are wiped during a job. */
const observer = { ...ignore, onError: () => {} };

let world: World;
let shop: Shop;
let actor: Actor;

withStage(
  'test',
  (world) => Shop.create(world, { backlogLimit: BACKLOG, observer }),
  (made, itsWorld) => {
    shop = made;
    world = itsWorld;
  },
);
beforeEach(async () => {
  await shop.open([offer('a', { cap: 1_000 })]);
});
afterEach(async () => {
  await actor?.end();
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const settledOrders = () => countOrders(shop.worker.pool, shop.sale);
const someone = (i: number) => ({ shopper: `u${i}`, key: `k${i}` });

async function presentAddress() {
  await shop.worker.directory.refresh();
  return shop.worker.directory.cell(cell())!;
}

async function buy(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => buySoon(shop, someone(i))));
}

async function startActor(file: 'cell-actor.ts' | 'dying-api.ts'): Promise<void> {
  const { redisUrl, databaseUrl } = world;
  actor = await Actor.start(file, { redisUrl, databaseUrl, idleInTransactionMs: 1_000 });
}

/** Settles the cell in another process and stops that process at a point. */
async function settleUntil(stop: Stop): Promise<void> {
  await startActor('cell-actor.ts');
  actor.tell({ act: 'settle', cell: cell(), stop });
  expect(await actor.next()).toEqual({ stopped: true });
}

async function expectSettledOnce(orders: number): Promise<void> {
  expect(await settledOrders()).toBe(orders);
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: orders, unsettled: 0, available: 1_000 - orders });
}

test('an api killed before it answers takes each order once, and another replays it', async () => {
  await startActor('dying-api.ts');
  const shoppers = Array.from({ length: 20 }, (_, i) => someone(i));
  const tender = { member: null, coupons: [], redPacket: 0, points: 0, expectedTotalMinor: null };
  const terms = { sale: shop.sale, lines: [{ offer: 'a', quantity: 1 }], ...tender };
  actor.tell(shoppers.map((one) => ({ ...one, ...terms })));
  await actor.death();
  expect(await actor.next()).toEqual({ failed: 'it has ended' });
  expect(await readRaw(shop.worker.redis, await presentAddress())).toMatchObject([
    { orders: '20' },
  ]);
  const retries = await Promise.all(shoppers.map((one) => shop.buy(one)));
  expect(retries).toEqual(retries.map(() => expect.objectContaining({ isReplay: true })));
  await shop.settleAll();
  await expectSettledOnce(20);
});

describe('a worker', () => {
  const deaths: [Stop['when'], call: string, settled: number][] = [
    ['after', 'xrangeBuffer', 0],
    ['before', 'commit cells/settle/move-cursor', 0],
    ['after', 'commit cells/settle/move-cursor', 20],
  ];

  test.each(deaths)('killed %s %s leaves the rest to the next worker', async (...row) => {
    const [when, call, settled] = row;
    await buy(20);
    await settleUntil({ when, call, signal: 'SIGKILL' });
    await actor.death();
    expect(await settledOrders()).toBe(settled);
    await shop.settleAll();
    await expectSettledOnce(20);
  });

  test.each(deaths)('stalled %s %s delays nobody and does nothing twice', async (...row) => {
    const [when, call] = row;
    await buy(20);
    await settleUntil({ when, call, signal: 'SIGSTOP' });
    await shop.settleAll();
    await expectSettledOnce(20);
    const before = await dumpLedger(shop.worker.pool);
    actor.wake();
    await actor.next();
    expect(await dumpLedger(shop.worker.pool)).toEqual(before);
    await expectSettledOnce(20);
  });

  test('killed before it tells the watermark leaves no sale at its backlog limit', async () => {
    await buy(BACKLOG);
    await settleUntil({
      when: 'after',
      call: 'commit cells/settle/move-cursor',
      signal: 'SIGKILL',
    });
    await actor.death();
    expect(await settledOrders()).toBe(BACKLOG);
    expect(await shop.buy(someone(BACKLOG))).toMatchObject({ code: 'busy' });
    await shop.settleAll();
    expect(await shop.buy(someone(BACKLOG))).toHaveProperty('order');
    const told = { watermark: expect.any(Number), settled: BACKLOG, placed: BACKLOG + 1 };
    expect(await readCell(await presentAddress())).toMatchObject(told);
  });
});

describe('without the bell of its queue', () => {
  const isSettled = (orders: number) =>
    until(async () => (await settledOrders()) === orders, { describe: 'all orders are settled' });

  test('an order is settled by the sweep', async () => {
    shop.worker.settler.start();
    const { time } = shop.api;
    const purchases = new ScriptBatches({ backlogLimit: BACKLOG, time, call: callPurchase });
    Object.assign(shop.api, { purchases });
    await buy(5);
    await isSettled(5);
    await buySoon(shop, someone(5));
    await isSettled(6);
    expect(await shop.worker.redis.keys(`${QUEUE_PREFIX}:settle:[0-9]*`)).toEqual([]);
  });

  test('a worker whose queue is wiped goes on settling, and the next bell rings', async () => {
    shop.worker.settler.start();
    await buy(5);
    await isSettled(5);
    const { redis } = shop.worker;
    const queueKeys = () => redis.keys(`${QUEUE_PREFIX}:*`);
    await redis.del(...(await queueKeys()));
    for (let i = 5; i < 10; i++) await buySoon(shop, someone(i));
    await isSettled(10);
    await until(async () => (await queueKeys()).length > 0, { describe: 'the bell is rung' });
    await expectSettledOnce(10);
  });
});

test('an order right after a ring gets its own ring', async () => {
  const { redis } = shop.worker;
  const rings = (count: string) =>
    until(async () => (await redis.get(`${QUEUE_PREFIX}:settle:id`)) === count, {
      describe: `${count} rings`,
    });
  await buySoon(shop, someone(0));
  await rings('1');
  await buySoon(shop, someone(1));
  await rings('2');
});
