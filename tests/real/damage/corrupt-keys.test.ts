import { beforeEach, expect, test } from 'vitest';
import type { CellKeys } from '../../../src/cell/keys.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { bringUpToDate } from '../../../src/service/cells/bring-cell-up-to-date.ts';
import { setBalances } from '../../../src/service/terms/change-promotions.ts';
import { setOffer } from '../../../src/service/terms/change-sale.ts';
import { OPERATOR, shopperId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withDamageTold } from '../../world/stage/with-damage-told.ts';
import { addressOf, surely } from '../../world/stage/life.ts';

let shop: Shop;

const found = withDamageTold('test', (made) => (shop = made), {
  // The watch of the api cannot read such a cell, and says so.
  onError: () => {},
});
beforeEach(async () => {
  await shop.open([offer('a', { cap: 10 })]);
  surely(await shop.buy({ shopper: 'u1', key: 'k' }));
  await shop.settleAll();
  shop.api.watch.stop();
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const cursor = async () => (await findCursor(shop.worker.pool, cell()))!;

/** Expects a cell that sells in its second epoch what the ledger says is left. */
async function expectRebuilt(): Promise<void> {
  await shop.settleAll();
  expect(await cursor()).toMatchObject({ epoch: 2, state: 'open' });
  await Promise.all([shop.api.directory.refresh(), shop.worker.directory.refresh()]);
  expect(await shop.buy({ shopper: 'u1', key: 'k' })).toMatchObject({ isReplay: true });
  surely(await shop.buy({ shopper: 'u2' }));
  await shop.settleAll();
  expect((await shop.audit()).brokenPromises).toEqual([]);
  expect((await cursor()).epoch).toBe(2);
}

const KEYS: (keyof CellKeys)[] = [
  ...(['fence', 'meta', 'stock', 'offers', 'shoppers', 'rules', 'pots', 'wallets'] as const),
  'outbox',
];

test.each(KEYS)('a cell whose key %s has another type is rebuilt, and it is said', async (name) => {
  const { keys } = await addressOf(shop);
  await shop.worker.redis.multi().del(keys[name]).rpush(keys[name], 'a list').exec();
  await expectRebuilt();
  // Nobody can say of which epoch the keys are without a fence.
  const said = name === 'fence' ? expect.stringMatching(/^WRONGTYPE/) : `${name} has another type`;
  expect(found).toEqual([said]);
});

test('a cell whose counter is no number is rebuilt when units come to it', async () => {
  const { keys } = await addressOf(shop);
  await shop.worker.redis.hset(keys.stock, 'a', 'many');
  await setOffer(shop.worker, shop.sale, offer('a', { cap: 15 }), OPERATOR);
  await expectRebuilt();
  expect(new Set(found.map((what) => /no integer/.test(what)))).toEqual(new Set([true]));
  expect((await shop.audit()).units).toMatchObject({ held: 2, available: 13 });
});

test('a cell that cannot apply an instruction because of a record is rebuilt', async () => {
  const { keys } = await addressOf(shop);
  await shop.worker.redis.hset(keys.wallets, 'u1', 'not ours');
  await setBalances(shop.worker, shop.sale, shopperId('u1'), { points: 50 }, OPERATOR);
  await expectRebuilt();
  const isSaid = found.map((what) => /^instruction \d+ cannot be applied$/.test(what));
  expect(new Set(isSaid)).toEqual(new Set([true]));
});

test('a Redis that cannot write is an outage, and the cell keeps its epoch', async () => {
  const { redis } = shop.worker;
  await addressOf(shop);
  await redis.call('REPLICAOF', '127.0.0.1', '1');
  try {
    await expect(bringUpToDate(shop.worker, cell())).rejects.toThrow(/^(READONLY|MASTERDOWN)/);
  } finally {
    await redis.call('REPLICAOF', 'NO', 'ONE');
  }
  expect(await bringUpToDate(shop.worker, cell())).toMatchObject({ inbox: expect.any(Number) });
  expect(found).toEqual([]);
  expect((await cursor()).epoch).toBe(1);
});
