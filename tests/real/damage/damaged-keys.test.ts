import { beforeEach, describe, expect, test, vi } from 'vitest';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { UnreadableRecord } from '../../../src/service/selling/shared-by-lanes.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { until } from '../../world/servers/wait-until.ts';
import { addressOf, surely } from '../../world/stage/life.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withDamageTold } from '../../world/stage/with-damage-told.ts';

let shop: Shop;

const found = withDamageTold('test', (made) => (shop = made));
beforeEach(async () => {
  await shop.open([
    offer('a', { cap: 10, limitPerShopper: 1 }),
    offer('cart', { lane: 'cart', cap: 10 }),
  ]);
  const claims = { quota: 5, limitPerShopper: 5 };
  const effect = { kind: 'fixed', off: 5, from: 0 } as const;
  await shop.setRules(
    [promotion('coupon', { isCoupon: true, claims, effect, budget: 'b' })],
    [budget('b', { amountMinor: 500 })],
  );
  await shop.api.directory.refresh();
  surely(await shop.buy({ shopper: 'u1', key: 'k' }));
  await shop.settleAll();
});

const cell = () => ({ sale: shop.sale, cell: 0 });

async function untilRebuilt(epoch = 2): Promise<void> {
  const isRebuilt = async () => {
    const now = await findCursor(shop.worker.pool, cell());
    return now?.epoch === epoch && now.state === 'open';
  };
  await until(isRebuilt, { describe: 'the cell is rebuilt' });
  await shop.api.directory.refresh();
}

const buyAgain = () => shop.buy({ shopper: 'u1', key: 'other' });
const buyCart = () =>
  shop.checkOut({ lines: [{ offer: 'cart' as never, quantity: 1 }], key: 'c' as never });

/** Every key, and a request that needs it. */
const keys = [
  ['meta', buyAgain],
  ['stock', () => shop.buy({ shopper: 'u2' })],
  ['offers', () => shop.buy({ shopper: 'u2' })],
  ['shoppers', buyAgain],
  ['rules', buyCart],
  ['rules', () => shop.claim('coupon')],
  ['pots', () => shop.claim('coupon')],
  ['wallets', () => shop.claim('coupon')],
  ['wallets', buyCart],
  ['shoppers', buyCart],
] as const;

async function expectWhole(): Promise<void> {
  const replay = await shop.buy({ shopper: 'u1', key: 'k' });
  expect(replay).toMatchObject({ isReplay: true });
  expect(await buyAgain()).toMatchObject({ code: 'limit_reached' });
  surely(await buyCart());
  expect(await shop.claim('coupon')).toMatchObject({ isReplay: false });
  await shop.settleAll();
  expect((await shop.audit()).brokenPromises).toEqual([]);
  expect((await findCursor(shop.worker.pool, cell()))!.epoch).toBe(2);
}

describe('a request that meets a damaged cell is answered busy, and the cell is rebuilt', () => {
  beforeEach(() => shop.api.watch.stop());

  test.each(keys)('when %s was deleted', async (name, ask) => {
    await shop.worker.redis.unlink((await addressOf(shop)).keys[name]);
    expect(await ask()).toMatchObject({ code: 'busy' });
    await untilRebuilt();
    expect(found).toEqual([`${name} is gone`]);
    await expectWhole();
  });

  test.each(keys)('when %s has another type', async (name, ask) => {
    const { keys: of } = await addressOf(shop);
    await shop.worker.redis.multi().del(of[name]).rpush(of[name], 'a list').exec();
    expect(await ask()).toMatchObject({ code: 'busy' });
    await untilRebuilt();
    expect(found).toEqual([`${name} has another type`]);
    await expectWhole();
  });

  test.each([
    ['shoppers', 'u1', buyAgain],
    ['wallets', 'u1', buyCart],
    ['offers', 'a', () => shop.buy({ shopper: 'u2' })],
    ['stock', 'a', () => shop.buy({ shopper: 'u2' })],
  ] as const)('when a field of %s cannot be read', async (name, field, ask) => {
    await shop.worker.redis.hset((await addressOf(shop)).keys[name], field, 'not ours');
    expect(await ask()).toMatchObject({ code: 'busy' });
    await untilRebuilt();
    expect(found).toEqual([expect.stringContaining('cannot be read')]);
    await expectWhole();
  });

  test('when a field of meta is gone', async () => {
    await shop.worker.redis.hdel((await addressOf(shop)).keys.meta, 'placed');
    expect(await buyAgain()).toMatchObject({ code: 'busy' });
    await untilRebuilt();
    expect(found).toEqual(['meta has no placed']);
    await expectWhole();
  });

  test('when it looks for an order', async () => {
    const { order } = surely(await shop.buy({ shopper: 'u2' }));
    const { findOrderOf } = await import('../../../src/service/selling/find-order.ts');
    await shop.worker.redis.unlink((await addressOf(shop)).keys.shoppers);
    const sought = findOrderOf(shop.api, order.id, 'u2' as never);
    expect(await sought).toMatchObject({ code: 'busy' });
    await untilRebuilt();
    expect(await findOrderOf(shop.api, order.id, 'u2' as never)).toMatchObject({ id: order.id });
  });
});

test('a deleted hash that has new fields already is noticed all the same', async () => {
  shop.api.watch.stop();
  const { redis } = shop.worker;
  const { keys: of } = await addressOf(shop);
  await redis.multi().del(of.shoppers).hset(of.shoppers, 'u9', 'x').exec();
  expect(await buyAgain()).toMatchObject({ code: 'busy' });
  await untilRebuilt();
  await expectWhole();
});

test.each(['meta', 'stock', 'offers', 'shoppers', 'rules', 'pots', 'wallets'] as const)(
  'a cell that nobody asks is rebuilt within a poll of an api when %s is gone',
  async (name) => {
    await shop.worker.redis.unlink((await addressOf(shop)).keys[name]);
    await untilRebuilt();
    expect(found).toEqual([`${name} is gone`]);
    await expectWhole();
  },
);

test('a cell that is damaged again and again is busy at first, then a fault', async () => {
  shop.api.watch.stop();
  const spoil = async () =>
    shop.worker.redis.hset((await addressOf(shop)).keys.shoppers, 'u1', 'not ours');
  for (let epoch = 2; epoch <= 6; epoch++) {
    await spoil();
    expect(await buyAgain()).toMatchObject({ code: 'busy' });
    await untilRebuilt(epoch);
  }
  await spoil();
  await expect(buyAgain()).rejects.toThrow(UnreadableRecord);
  expect((await findCursor(shop.worker.pool, cell()))!.epoch).toBe(6);
});

test('a cell whose rebuild failed is rebuilt for the next caller', async () => {
  shop.api.watch.stop();
  await shop.worker.redis.unlink((await addressOf(shop)).keys.shoppers);
  const holder = await shop.worker.pool.connect();
  const failed = vi.spyOn(shop.api.recoverOnce, 'recover');
  await holder.query('begin; lock table cells in access exclusive mode');
  expect(await buyAgain()).toMatchObject({ code: 'busy' });
  await until(() => failed.mock.results.length > 0, { describe: 'a rebuild was begun' });
  expect(await failed.mock.results[0]!.value).toBeInstanceOf(Error);
  await holder.query('rollback');
  holder.release();
  const isRebuilt = async () => {
    expect(await buyAgain()).toMatchObject({ code: 'limit_reached' });
    return true;
  };
  await until(isRebuilt, { describe: 'the cell is rebuilt' });
});
