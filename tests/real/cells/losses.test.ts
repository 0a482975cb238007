import { expect, test } from 'vitest';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { acceptGaps } from '../../../src/ledger/cells/gaps.ts';
import { handOver } from '../../../src/ledger/processes/hand-overs.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import type { Loss } from '../../../src/service/cells/recover-cell.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { registerDeadApi } from '../../world/checks/dead-api.ts';
import { buySoon } from '../../world/checks/rush.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let world: World;
let shop: Shop;
let losses: Loss[];

const observer = {
  ...ignore,
  onError: () => {},
  onRecovery: () => {},
  onLoss: (_: unknown, loss: Loss) => void losses.push(loss),
};

withStage(
  'test',
  (made) => {
    losses = [];
    return Shop.create(made, { observer });
  },
  (made, itsWorld) => {
    shop = made;
    world = itsWorld;
  },
);

const cell = () => ({ sale: shop.sale, cell: 0 });
const cursor = async () => (await findCursor(shop.worker.pool, cell()))!;
const openOne = () => shop.open([offer('a', { cap: 1_000, limitPerShopper: 1 })]);

const isOpenIn = (epoch: number) =>
  until(
    async () => {
      const now = await cursor();
      return now.epoch >= epoch && now.state === 'open';
    },
    { describe: `the cell is open in epoch ${epoch}` },
  );

/** Buys one order after another through a shop, each an entry of its own. */
async function buyOneByOne(on: Shop, from: number, count: number): Promise<void> {
  for (let i = from; i < from + count; i++) await buySoon(on, { shopper: `u${i}`, key: `k${i}` });
}

/** A second api and worker with the same sale. */
async function secondShop(): Promise<Shop> {
  const second = await Shop.create(world, { observer });
  Object.assign(second, { sale: shop.sale });
  return second;
}

async function expectAllKept(orders: number): Promise<void> {
  await shop.settleAll();
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(orders);
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: orders, available: 1_000 - orders, buried: 0 });
  expect(losses).toEqual([]);
}

test('FLUSHALL loses no acknowledged order, settled or not', async () => {
  await openOne();
  await buyOneByOne(shop, 0, 20);
  await shop.settleAll();
  await buyOneByOne(shop, 20, 30);
  await shop.worker.redis.flushall();
  await isOpenIn(2);
  await expectAllKept(50);
  for (const i of [0, 25, 49]) {
    const replay = await buySoon(shop, { shopper: `u${i}`, key: `k${i}` });
    expect(replay).toMatchObject({ isReplay: true });
  }
});

test('FLUSHALL loses nothing that two apis acknowledged in turns', async () => {
  await openOne();
  const second = await secondShop();
  for (let i = 0; i < 20; i++) await buyOneByOne(i % 2 === 0 ? shop : second, i, 1);
  await shop.worker.redis.flushall();
  await isOpenIn(2);
  await expectAllKept(20);
  await second.close();
});

test('what an api remembered when it stopped is kept over a FLUSHALL', async () => {
  await openOne();
  const second = await secondShop();
  await buyOneByOne(second, 0, 10);
  await second.close();
  await shop.worker.redis.flushall();
  await isOpenIn(2);
  await expectAllKept(10);
});

test('entries that a stalled process hands over late settle after all', async () => {
  await openOne();
  const second = await secondShop();
  await buyOneByOne(second, 0, 3);
  const { entries, heads } = second.api.acknowledged.close(cell(), 2);
  const late = { entries: [...entries], heads };
  second.api.acknowledged.forget(cell(), 2);
  await shop.worker.redis.flushall();
  await isOpenIn(2);
  await buyOneByOne(shop, 3, 2);
  await handOver(shop.worker.pool, cell(), 2, { process: 'late', runId: null, ...late });
  await shop.settleAll();
  await isOpenIn(3);
  await shop.settleAll();
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(5);
  expect((await shop.audit()).brokenPromises).toEqual([]);
  await second.close();
});

test('numbers that only a dead process knew are told as lost, with how many', async () => {
  await openOne();
  const second = await secondShop();
  await buyOneByOne(second, 0, 7);
  const hasSeen = () => {
    const address = shop.api.directory.cell(cell())!;
    return Promise.resolve(shop.api.watch.snapshot(address)?.seq === 7);
  };
  await until(hasSeen, { describe: 'the other api has seen the last number' });
  second.api.acknowledged.forget(cell(), 2);
  await registerDeadApi(shop.worker.pool);
  await shop.worker.redis.flushall();
  await isOpenIn(2);
  await shop.settleAll();
  const { brokenPromises } = await shop.audit();
  expect(brokenPromises).toEqual([
    {
      promise: 'P2',
      subject: `${shop.sale}.0 1-1 to 7`,
      detail: 'lost 7 acknowledged orders or claims: nobody has these entries',
    },
  ]);
  expect(losses.flatMap(({ gaps }) => gaps)).toEqual([
    { epoch: 1, firstSeq: 1, lastSeq: 7, orders: 7 },
  ]);
  await second.close();
});

test('numbers that no living process acknowledged are not told as lost', async () => {
  await openOne();
  await buyOneByOne(shop, 0, 3);
  const { redis } = shop.worker;
  shop.worker.acknowledged.noteHead(cell(), { epoch: 1, seq: 5, placed: 6 });
  await redis.flushall();
  await isOpenIn(2);
  await expectAllKept(3);
});

test('however many tries fail, a recovery looks at the epoch that sold', async () => {
  await openOne();
  await buyOneByOne(shop, 0, 5);
  shop.api.watch.stop();
  shop.api.acknowledged.forget(cell(), 2);
  const { pool } = shop.worker;
  await pool.query('update cells set epoch = epoch + 70');
  expect(await recover(shop.worker, cell(), { epoch: 71, state: 'open' })).toBe('opened');
  await expectAllKept(5);
  expect(await shop.worker.redis.exists(`{${shop.sale}.0}:1:outbox`)).toBe(0);
});

test('a flushed cell is asked for, also when another one has put the pin back', async () => {
  await openOne();
  const second = await secondShop();
  await buyOneByOne(second, 0, 3);
  await second.close();
  await buyOneByOne(shop, 3, 4);
  const { pool, redis } = shop.worker;
  const { rows } = await pool.query<{ pin: string }>('select pin from pinned_servers');
  await redis.multi().flushall().set(`doorbuster:server:${rows[0]!.pin}`, '1').exec();
  await isOpenIn(2);
  await expectAllKept(7);
});

test('a loss of which nobody knows the size is told as one', async () => {
  await openOne();
  await buyOneByOne(shop, 0, 3);
  const { pool, redis } = shop.worker;
  for (const one of [shop.api, shop.worker]) one.acknowledged.forget(cell(), 2);
  await registerDeadApi(pool);
  await redis.flushall();
  await isOpenIn(2);
  const { brokenPromises } = await shop.audit();
  expect(brokenPromises).toEqual([
    {
      promise: 'P2',
      subject: `${shop.sale}.0 1-1 to 1`,
      detail: 'lost an unknown number of acknowledged orders or claims: nobody has these entries',
    },
  ]);
});

test('what is found of a loss is taken off it', async () => {
  await openOne();
  const second = await secondShop();
  await buyOneByOne(second, 0, 7);
  const { entries, heads } = second.api.acknowledged.close(cell(), 2);
  const last = [...entries].slice(4);
  second.api.acknowledged.forget(cell(), 2);
  const { pool, redis } = shop.worker;
  shop.worker.acknowledged.noteHead(cell(), { epoch: 1, seq: 9, placed: 9 });
  await registerDeadApi(pool);
  await redis.flushall();
  await isOpenIn(2);
  await handOver(pool, cell(), 2, { process: 'late', runId: null, heads, entries: last });
  await shop.settleAll();
  await isOpenIn(3);
  await shop.settleAll();
  const lost = (subject: string, orders: number) => ({
    promise: 'P2',
    subject: `${shop.sale}.0 1-${subject}`,
    detail: `lost ${orders} acknowledged orders or claims: nobody has these entries`,
  });
  expect((await shop.audit()).brokenPromises).toEqual([lost('1 to 4', 4), lost('8 to 9', 2)]);
  expect(await acceptGaps(pool, shop.sale, OPERATOR)).toHaveLength(2);
  expect((await shop.audit()).brokenPromises).toEqual([]);
  expect(losses.flatMap(({ gaps }) => gaps.map(({ orders }) => orders))).toEqual([9]);
  await second.close();
});
