import { expect, test } from 'vitest';
import { CellConnections } from '../../../src/cell/connections.ts';
import { TRUST_MS } from '../../../src/cell/selling/sold-out-memory.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { moveSale } from '../../../src/ledger/terms/put-sale.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { Time } from '../../../src/platform/time.ts';
import { setOffer, setSale } from '../../../src/service/terms/change-sale.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { settleCell } from '../../../src/service/cells/settle-cell.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { heldUnits } from '../../world/checks/books.ts';
import { Rush, buySoon } from '../../world/checks/rush.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let world: World;
let shop: Shop;

/** These tests stop servers on purpose, so they ignore the errors that follow. */
const observer = { ...ignore, onError: () => {}, onRecovery: () => {} };

withStage(
  'test',
  (world) => Shop.create(world, { observer }),
  (made, itsWorld) => {
    shop = made;
    world = itsWorld;
  },
);

const cell = () => ({ sale: shop.sale, cell: 0 });
const cursor = async () => (await findCursor(shop.worker.pool, cell()))!;
/** A cell seen open in an epoch. */
const open = (epoch: number) => ({ epoch, state: 'open' }) as const;
const fence = () => shop.worker.redis.get(`{${shop.sale}.0}:fence`);
const openOneEach = () => shop.open([offer('a', { cap: 10_000, limitPerShopper: 1 })]);

/** Expects these orders kept: each key replays its order, and the limit holds. */
async function expectKept(acknowledged: ReadonlyMap<string, string>): Promise<void> {
  for (const [key, id] of acknowledged) {
    const replay = await buySoon(shop, { shopper: key, key });
    expect(replay).toMatchObject({ isReplay: true, order: { id } });
  }
  const [first] = acknowledged.keys();
  const more = await shop.buy({ shopper: first!, key: 'another' });
  expect(more).toEqual({ code: 'limit_reached', limit: 1, taken: 1, offer: 'a' });
}

test('a cell is first opened by the same code that recovers it', async () => {
  const { api, sale, worker } = shop;
  await setSale(api, sale, saleTerms(), OPERATOR);
  await setOffer(api, sale, offer('a'), OPERATOR);
  await moveSale(api.pool, sale, 'open', OPERATOR);
  expect(await cursor()).toMatchObject({ epoch: 0, state: 'new' });
  expect(await recover(worker, cell(), { epoch: 0, state: 'new' })).toBe('opened');
  expect(await cursor()).toMatchObject({ epoch: 1, state: 'open' });
  await buySoon(shop, { shopper: 'u', key: 'k' });
  expect(await recover(worker, cell(), open(1))).toBe('opened');
  expect(await buySoon(shop, { shopper: 'u', key: 'k' })).toMatchObject({ isReplay: true });
});

test('a recovery waits until no process believes its polls of the older epoch', async () => {
  const { api, sale, worker } = shop;
  const waits: number[] = [];
  const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
  // On this clock, which stands still, only a wait can make time pass.
  const deps = { ...worker, time: { ...systemTime, monotonic: () => 0, sleep } };
  await setSale(api, sale, saleTerms(), OPERATOR);
  await moveSale(api.pool, sale, 'open', OPERATOR);
  expect(await recover(deps, cell(), { epoch: 0, state: 'new' })).toBe('opened');
  expect(waits).toEqual([]);
  expect(await recover(deps, cell(), open(1))).toBe('opened');
  expect(waits).toEqual([TRUST_MS]);
});

const restart = async () => {
  await world.redis.kill();
  await world.redis.restart();
};
const flushScripts = () => shop.worker.redis.script('FLUSH');
const flushAll = () => shop.worker.redis.flushall();

const atMost: [fault: string, epochs: number, strike: () => Promise<unknown>][] = [
  ['SCRIPT FLUSH', 1, flushScripts],
  // Redis may go away again during a recovery while it restarts.
  ['kill -9 and a restart of Redis', 3, restart],
];

test.each(atMost)('%s during a sale loses no acknowledged order', async (_, epochs, strike) => {
  await openOneEach();
  shop.worker.settler.start();
  const rush = new Rush(shop);
  await rush.passes(200);
  await strike();
  await rush.passes(200);
  await rush.end();
  expect(rush.busy).toBeGreaterThan(0);
  const { epoch } = await cursor();
  expect(epoch).toBeGreaterThan(1);
  expect(epoch).toBeLessThanOrEqual(1 + epochs);
  await expectKept(rush.acknowledged);
  await shop.settleAll();
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(rush.acknowledged.size);
  expect((await shop.audit()).brokenPromises).toEqual([]);
});

test('FLUSHALL during a sale loses no settled order', async () => {
  await openOneEach();
  shop.worker.settler.start();
  const rush = new Rush(shop);
  await rush.passes(200);
  const { pool } = shop.worker;
  const settled = await until(
    async () => {
      const { rows } = await pool.query<{ key: string; id: string }>('select key, id from orders');
      return rows.length >= 100 && new Map(rows.map(({ key, id }) => [key, id]));
    },
    { describe: '100 orders are settled' },
  );
  await flushAll();
  await rush.passes(200);
  await rush.end();
  expect(rush.busy).toBeGreaterThan(0);
  expect((await cursor()).epoch).toBe(2);
  await expectKept(settled);
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units.held + units.available).toBe(10_000);
});

test('orders left unsettled when Redis is killed settle in the recovery', async () => {
  await openOneEach();
  const rush = new Rush(shop);
  await rush.passes(300);
  await rush.end();
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(0);
  await restart();
  await expectKept(rush.acknowledged);
  expect(await heldUnits(shop.worker.pool, shop.sale, 'a')).toBe(rush.acknowledged.size);
});

test.each([
  ['SCRIPT FLUSH', flushScripts],
  ['FLUSHALL', flushAll],
  ['kill -9 and a restart of Redis', restart],
])('the watch of an api notices %s when nobody buys', async (_, strike) => {
  await openOneEach();
  await strike();
  const isOpenAgain = async () => {
    const { epoch, state } = await cursor();
    return epoch > 1 && state === 'open';
  };
  await until(isOpenAgain, { describe: 'the cell is opened in a new epoch' });
});

test.each([
  ['SCRIPT FLUSH', flushScripts],
  ['FLUSHALL', flushAll],
])('a purchase after %s is answered busy and opens the cell', async (_, strike) => {
  await openOneEach();
  shop.api.watch.stop();
  await strike();
  expect(await shop.buy({ shopper: 'u', key: 'k' })).toMatchObject({ code: 'busy' });
  await buySoon(shop, { shopper: 'u', key: 'k' });
  expect((await cursor()).epoch).toBe(2);
});

test('one of four processes that recover at once opens one new epoch', async () => {
  await openOneEach();
  const others = await Promise.all([1, 2, 3].map(() => Shop.create(world, { observer })));
  const outcomes = await Promise.all(
    [shop, ...others].map(({ worker }) => recover(worker, cell(), open(1))),
  );
  expect(outcomes.toSorted()).toEqual([...Array(3).fill('not_needed'), 'opened']);
  expect(await cursor()).toMatchObject({ epoch: 2, state: 'open' });
  await Promise.all(others.map((other) => other.close()));
});

test('a process does not take over a recovery that has just begun', async () => {
  await openOneEach();
  const { pool, connections, protocol, time } = shop.worker;
  await pool.query("update cells set epoch = 2, state = 'recovering', claimed_at = now()");
  const deps = { ...SILENT, pool, connections, protocol, time };
  const seen = { epoch: 2, state: 'recovering' } as const;
  expect(await recover(deps, cell(), seen)).toBe('in_progress');
  expect(await cursor()).toMatchObject(seen);
  expect(await recover({ ...deps, takeOverMs: 0 }, cell(), seen)).toBe('opened');
});

test('a process that saw a past epoch leaves a healthy cell alone', async () => {
  await openOneEach();
  expect(await recover(shop.worker, cell(), open(1))).toBe('opened');
  await buySoon(shop, { shopper: 'u', key: 'k' });
  const { redis } = shop.worker;
  const keys = async () => (await redis.keys(`{${shop.sale}.0}*`)).toSorted();
  const before = [await cursor(), await fence(), await keys()];
  for (const seen of [0, 1, 3])
    expect(await recover(shop.worker, cell(), open(seen))).toBe('not_needed');
  expect([await cursor(), await fence(), await keys()]).toEqual(before);
});

/** Runs `look` while the cell is recovering in the ledger. */
async function whileRecovering(look: () => Promise<void>): Promise<void> {
  const { pool } = shop.worker;
  await pool.query("update cells set state = 'recovering'");
  await look();
  await pool.query("update cells set state = 'open'");
}

test('a process that saw a cell recovering leaves it alone once it is open', async () => {
  await openOneEach();
  expect(await recover(shop.worker, cell(), { epoch: 1, state: 'recovering' })).toBe('not_needed');
  const { api, worker } = shop;
  await buySoon(shop, { shopper: 'u', key: 'k' });
  await whileRecovering(async () => {
    await Promise.all([api.directory.refresh(), worker.directory.refresh()]);
  });
  await shop.buy({ shopper: 'u2', key: 'k' });
  expect(await settleCell(worker, cell())).toBe('idle');
  await buySoon(shop, { shopper: 'u2', key: 'k' });
  expect(await cursor()).toMatchObject({ epoch: 1, state: 'open' });
});

test('a cell that another release opened is left to that release', async () => {
  await openOneEach();
  const { api, worker } = shop;
  await worker.pool.query('update cells set protocol = protocol + 1');
  await Promise.all([api.directory.refresh(), worker.directory.refresh()]);
  expect(await shop.buy({ shopper: 'u', key: 'k' })).toMatchObject({ code: 'busy' });
  await shop.settleAll();
  expect(await cursor()).toMatchObject({ epoch: 1, state: 'open' });
});

test('a recovery claims an epoch above the fence when the ledger’s is behind it', async () => {
  await openOneEach();
  await shop.worker.redis.set(`{${shop.sale}.0}:fence`, 7);
  await buySoon(shop, { shopper: 'u', key: 'k' });
  expect(await cursor()).toMatchObject({ epoch: 8, state: 'open' });
  expect(await fence()).toBe('8');
});

test('a recovery that fails halfway gives up its claim at once', async () => {
  await openOneEach();
  shop.api.watch.stop();
  const { pool, redis, connections, protocol, time } = shop.worker;
  const fail = () => Promise.reject(new Error('cut'));
  const cutting = Object.create(redis, { xrangeBuffer: { value: fail } }) as typeof redis;
  const deps = { ...SILENT, pool, connections, protocol, time };
  const cut = { ...deps, connections: new CellConnections(cutting) };
  await redis.set(`{${shop.sale}.0}:fence`, 7);
  await expect(recover(cut, cell(), open(1))).rejects.toThrow('cut');
  expect(await cursor()).toMatchObject({ epoch: 8, state: 'recovering' });
  const seen = { epoch: 8, state: 'recovering' } as const;
  expect(await recover(deps, cell(), seen)).toBe('opened');
});

test('20,000 settled orders are rebuilt', async () => {
  await shop.open([offer('a', { cap: 30_000, limitPerShopper: 1 })]);
  for (let from = 0; from < 20_000; from += 2_000) {
    const shoppers = Array.from({ length: 2_000 }, (_, i) => `u${from + i}`);
    await Promise.all(shoppers.map((shopper) => shop.buy({ shopper, key: 'k' })));
  }
  await shop.settleAll();
  const { epoch } = await cursor();
  const startMs = performance.now();
  expect(await recover(shop.worker, cell(), open(epoch))).toBe('opened');
  console.info(`20,000 orders rebuilt in ${Math.round(performance.now() - startMs)} ms`);
  expect(await shop.worker.redis.hlen(`{${shop.sale}.0}:${epoch + 1}:shoppers`)).toBe(20_001);
  const replay = await buySoon(shop, { shopper: 'u19999', key: 'k' });
  expect(replay).toMatchObject({ isReplay: true });
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 20_000, available: 10_000, unsettled: 0 });
});

test('a renewal of the claim that fails is reported, and the recovery goes on', async () => {
  await openOneEach();
  const planted = new TypeError('a planted bug');
  const time: Time = {
    ...systemTime,
    repeat: (_, pauseMs, { onError }) =>
      systemTime.repeat(() => Promise.reject(planted), pauseMs, { onError }),
  };
  const reported: unknown[] = [];
  const onError = (...told: unknown[]) => void reported.push(told);
  const outcome = await recover({ ...shop.worker, time, onError }, cell(), open(1));
  expect([outcome, reported]).toEqual(['opened', [[planted, `${shop.sale}.0`]]]);
});
