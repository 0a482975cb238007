import { expect, test } from 'vitest';
import { pack, unpack } from '../../../src/platform/codec.ts';
import { patchOffer } from '../../../src/service/terms/change-offer.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { OPERATOR, offerId } from '../../../proof/builders/ids.ts';
import { addressOf, cancel, expireNow, lapse, surely } from '../../world/stage/life.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

const rowsOf = async () => (await shop.audit()).brokenPromises;

const row = (subject: string, detail: string) => ({
  promise: 'I6',
  subject: `${shop.sale}/${subject}`,
  detail,
});

async function buy(times: number, shopper = 'u1'): Promise<string[]> {
  const orders: string[] = [];
  for (let i = 0; i < times; i++) orders.push(surely(await shop.buy({ shopper })).order.id);
  return orders;
}

/** Makes the cell believe in another limit. */
async function forgeLimit(units: number): Promise<void> {
  const { redis } = shop.worker;
  const { keys } = await addressOf(shop);
  const terms = unpack((await redis.hgetBuffer(keys.offers, 'a'))!) as unknown[];
  await redis.hset(keys.offers, 'a', pack(terms.with(2, units)));
}

/** Takes the forged terms back, so that only the orders are wrong. */
async function rebuild(): Promise<void> {
  await shop.settleAll();
  await shop.worker.recoverOnce.recover({ sale: shop.sale, cell: 0 }, await addressOf(shop));
}

test('units above the limit are a row of the audit, of live orders only', async () => {
  await shop.open([offer('a', { cap: 20, limitPerShopper: 2 })]);
  shop.api.watch.stop();
  const [first] = await buy(2);
  await shop.settleAll();
  await cancel(shop, first!);
  await forgeLimit(9);
  const more = await buy(3);
  await rebuild();
  expect(await rowsOf()).toEqual([row('u1/a', 'live orders have 4 units, the limit is 2')]);
  await lapse(shop, more.slice(0, 2));
  await expireNow(shop);
  await shop.settleAll();
  expect(await rowsOf()).toEqual([]);
});

test('an order under a limit that was lowered since breaks no promise', async () => {
  await shop.open([offer('a', { cap: 20, limitPerShopper: 3 })]);
  await buy(3);
  for (const limitPerShopper of [1, 2]) {
    await patchOffer(shop.api, shop.sale, offerId('a'), { limitPerShopper }, OPERATOR);
  }
  await shop.settleAll();
  expect(await rowsOf()).toEqual([]);
});

test('an offer that had no limit for a while is not held to one', async () => {
  await shop.open([offer('a', { cap: 20 })]);
  await buy(5);
  await patchOffer(shop.api, shop.sale, offerId('a'), { limitPerShopper: 1 }, OPERATOR);
  await shop.settleAll();
  expect(await rowsOf()).toEqual([]);
});

test('unpaid orders above their limit are a row of the audit', async () => {
  await shop.open([offer('a', { cap: 20 })], { holdsPerShopper: 2 });
  shop.api.watch.stop();
  await shop.worker.redis.hset((await addressOf(shop)).keys.meta, 'hold_limit', 9);
  await buy(3);
  await rebuild();
  expect(await rowsOf()).toEqual([row('u1', '3 unpaid orders, the limit is 2')]);
});

test('more than 64 orders of a shopper are a row of the audit', async () => {
  await shop.open([offer('a', { cap: 200 })]);
  const [order] = await buy(1);
  await shop.settleAll();
  const { pool } = shop.worker;
  await pool.query(
    `insert into orders
     select (jsonb_populate_record(o, jsonb_build_object('id', o.id || n, 'key', o.key || n))).*
     from orders o, generate_series(1, 64) n where o.id = $1`,
    [order],
  );
  expect(await rowsOf()).toContainEqual(row('u1', '65 orders, the limit is 64'));
});
