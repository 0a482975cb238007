import { afterEach, beforeEach, expect, test } from 'vitest';
import { Proxy } from '../../world/servers/proxy.ts';
import type { Fault } from '../../world/servers/proxy.ts';
import { countOrders } from '../../../proof/checker/ledger-facts.ts';
import { buySoon } from '../../world/checks/rush.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const HOT = 'doorbuster-hot';

let world: World;
let proxy: Proxy;
let shop: Shop;

/** These tests cut connections on purpose. */
const observer = { ...ignore, onError: () => {} };

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  proxy = await Proxy.start(world.redisUrl);
  shop = await Shop.create({ ...world, redisUrl: proxy.url }, { observer });
  await shop.open([offer('a', { cap: 100 })]);
});
afterEach(async () => {
  await shop.close();
  await proxy.close();
});

async function scriptSha(name: 'purchase' | 'lookup'): Promise<string> {
  await shop.api.directory.refresh();
  return shop.api.directory.cell({ sale: shop.sale, cell: 0 })!.shas![name];
}

async function expectSoldOnce(orders: number): Promise<void> {
  await shop.settleAll();
  expect(await countOrders(shop.worker.pool, shop.sale)).toBe(orders);
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: orders, available: 100 - orders });
}

const cuts: [when: string, Fault, sent: number][] = [
  ['before', 'cut_on_request', 0],
  ['after', 'cut_on_reply', 1],
];

test.each(cuts)('a purchase that is cut off %s its script ran is never resent', async (...row) => {
  const [, fault, sent] = row;
  const purchase = await scriptSha('purchase');
  for (let i = 1; i <= 5; i++) {
    const sentBefore = proxy.timesHeard(purchase);
    const one = { shopper: `u${i}`, key: `k${i}` };
    proxy.strike(HOT, fault);
    expect(await shop.buy(one)).toMatchObject({ code: 'busy' });
    await until(() => shop.api.hot.status === 'ready', { describe: 'connected again' });
    await shop.api.hot.ping();
    expect(proxy.timesHeard(purchase) - sentBefore).toBe(sent);
    const first = await buySoon(shop, one);
    expect(first.isReplay).toBe(sent === 1);
    expect(await shop.buy(one)).toMatchObject({ isReplay: true, order: { id: first.order.id } });
  }
  await expectSoldOnce(5);
});

test('64 requests at once with one key make one order, even over two apis', async () => {
  const other = await Shop.create(world, { observer });
  const apis = [shop.api, other.api];
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, i) => {
      const via = Object.assign(Object.create(shop), { api: apis[i % 2] }) as Shop;
      return buySoon(via, { shopper: 'u', key: 'k' });
    }),
  );
  expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
  expect(answers.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
  await other.close();
  await expectSoldOnce(1);
});

test('64 requests at once with one key make one order, even when the reply is lost', async () => {
  proxy.strike(HOT, 'cut_on_reply');
  const one = { shopper: 'u', key: 'k' };
  const answers = await Promise.all(Array.from({ length: 64 }, () => buySoon(shop, one)));
  expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
  await expectSoldOnce(1);
});

test('a reply that comes too late leads to a lookup that finds the order', async () => {
  const [purchase, lookup] = [await scriptSha('purchase'), await scriptSha('lookup')];
  proxy.strike(HOT, 'hold');
  const answer = shop.buy({ shopper: 'u', key: 'k' });
  await until(() => proxy.timesHeard(lookup) > 0, { describe: 'the order is looked up' });
  proxy.strike(HOT, null);
  expect(await answer).toMatchObject({ isReplay: false, order: { lines: [{ quantity: 1 }] } });
  expect(proxy.timesHeard(purchase)).toBe(1);
  await expectSoldOnce(1);
});

test('a dead connection is given up, and a new one sells', async () => {
  proxy.strike(HOT, 'blackhole');
  const one = { shopper: 'u', key: 'k' };
  expect(await shop.buy(one)).toMatchObject({ code: 'busy' });
  expect((await buySoon(shop, one)).isReplay).toBe(false);
  await expectSoldOnce(1);
});

test('a settler loses nothing when its connection is cut while it tells the cell', async () => {
  for (let i = 0; i < 5; i++) await buySoon(shop, { shopper: `u${i}`, key: `k${i}` });
  for (const fault of ['cut_on_request', 'cut_on_reply', 'cut_on_reply'] as const) {
    proxy.strike('doorbuster-steady', fault);
    await shop.settleAll().catch(() => {});
    const { redis } = shop.worker;
    await until(() => redis.status === 'ready', { describe: 'connected again' });
  }
  await expectSoldOnce(5);
});
