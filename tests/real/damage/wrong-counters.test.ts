import { beforeEach, expect, test } from 'vitest';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { watchDamage } from '../../../src/process/metrics/audit-loop.ts';
import { DamageWatch } from '../../../src/service/damage/watch-damage.ts';
import { setOffer } from '../../../src/service/terms/change-sale.ts';
import type { Seen } from '../../../src/service/cells/claim-cell.ts';
import type { CellId } from '../../../src/domain/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { Rush } from '../../world/checks/rush.ts';
import { readRaw, rewrite } from '../../world/checks/outbox.ts';
import { until } from '../../world/servers/wait-until.ts';
import { addressOf, surely } from '../../world/stage/life.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withDamageTold } from '../../world/stage/with-damage-told.ts';
import { tirelessWatch } from '../../world/stage/tireless-watch.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let shop: Shop;

const found = withDamageTold('test', (made) => (shop = made));
beforeEach(async () => {
  await shop.open([offer('a', { cap: 5_000 })]);
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const cursor = async () => (await findCursor(shop.worker.pool, cell()))!;
const fail = (error: Error) => {
  throw error;
};

async function addBy(key: 'stock' | 'pots', name: string, amount: number): Promise<void> {
  const { redis } = shop.worker;
  await redis.hincrby((await addressOf(shop)).keys[key], name, amount);
}

test('a slow round is followed by a rest of seconds, and then damage is noticed', async () => {
  let ms = 0;
  const time = { monotonic: () => (ms += 1_000), sleep: async () => {} };
  const watch = new DamageWatch({ ...shop.worker, time, onError: fail });
  await shop.worker.directory.refresh();
  await watch.round();
  await addBy('stock', 'a', 7);
  ms += 5_000;
  await watch.round();
  expect(found).toHaveLength(1);
});

test('a counter edited during a sale is noticed within seconds, and its cell rebuilt', async () => {
  await setOffer(shop.api, shop.sale, offer('a', { cap: 50_000 }), OPERATOR);
  shop.worker.settler.start();
  const watching = watchDamage({ ...shop.worker, onError: fail });
  const rush = new Rush(shop);
  await rush.passes(50);
  await addBy('stock', 'a', 7);
  const isRebuilt = async () => {
    const { epoch, state } = await cursor();
    return epoch === 2 && state === 'open';
  };
  await until(isRebuilt, { describe: 'the cell is rebuilt', timeoutMs: 20_000 });
  await rush.passes(50);
  await rush.end();
  await watching.stop();
  expect(found).toEqual([expect.stringMatching(/^a: the cell may give \d+, the ledger says \d+$/)]);
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units.held).toBe(rush.acknowledged.size);
  expect((await cursor()).epoch).toBe(2);
});

test('a sale in full swing is never taken for wrong', async () => {
  shop.worker.settler.start();
  const watch = tirelessWatch(shop.worker);
  const rush = new Rush(shop);
  for (let i = 0; i < 100; i++) await watch.round();
  await rush.end();
  expect(rush.acknowledged.size).toBeGreaterThan(0);
  expect(found).toEqual([]);
  expect((await cursor()).epoch).toBe(1);
});

test('a budget or a counter that is no number is wrong too', async () => {
  const rule = promotion('fixed', { budget: 'b', effect: { kind: 'fixed', off: 5, from: 0 } });
  await shop.setRules([rule], [budget('b', { amountMinor: 500 })]);
  await addBy('pots', 'budget:b', 5);
  const watch = tirelessWatch(shop.worker);
  await shop.worker.directory.refresh();
  await watch.round();
  expect(found).toEqual(['budget:b: the cell may give 505, the ledger says 500']);
  const { keys } = await addressOf(shop);
  await shop.worker.redis.hset(keys.stock, 'a', 'many');
  await watch.round();
  expect(found[1]).toBe('a: the cell may give NaN, the ledger says 5000');
  expect((await shop.audit()).brokenPromises).toEqual([]);
  expect((await cursor()).epoch).toBe(3);
});

test('what a rebuild cannot heal is rebuilt once, and again after it was right', async () => {
  const { recoverOnce } = shop.worker;
  let isHaunted = true;
  const haunted = {
    recover: async (id: CellId, seen: Seen) => {
      const outcome = await recoverOnce.recover(id, seen);
      if (isHaunted) await addBy('stock', 'a', -3);
      return outcome;
    },
  };
  const watch = tirelessWatch(shop.worker, haunted);
  await addBy('stock', 'a', -3);
  for (let i = 0; i < 5; i++) await watch.round();
  expect((await cursor()).epoch).toBe(2);
  isHaunted = false;
  await addBy('stock', 'a', 3);
  await watch.round();
  await addBy('stock', 'a', -3);
  await watch.round();
  expect((await cursor()).epoch).toBe(3);
  expect(found).toHaveLength(2);
});

test('a counter that is below 0 in the ledger as well is left alone', async () => {
  const { pool } = shop.worker;
  await addBy('stock', 'a', 5);
  for (let i = 0; i < 5_005; i += 91) {
    const buyers = Array.from({ length: 91 }, (_, n) => shop.buy({ shopper: `u${i + n}` }));
    for (const answer of await Promise.all(buyers)) surely(answer);
  }
  await shop.settleAll();
  const { epoch } = await cursor();
  const watch = tirelessWatch(shop.worker);
  await shop.worker.directory.refresh();
  for (let i = 0; i < 3; i++) await watch.round();
  expect((await shop.audit()).units.available).toBe(-5);
  expect((await findCursor(pool, cell()))!.epoch).toBe(epoch);
  expect(found).toEqual([]);
});

test('a cell rebuilt without an entry that nobody can read has right counters', async () => {
  surely(await shop.buy({ shopper: 'u1' }));
  const address = await addressOf(shop);
  const { redis } = shop.worker;
  const entries = await readRaw(redis, address);
  shop.api.watch.stop();
  await rewrite(redis, address, [{ ...entries[0]!, body: Buffer.from('c1', 'hex') }]);
  await redis.unlink(address.keys.shoppers);
  shop.api.acknowledged.forget(cell(), 2);
  await shop.settleAll();
  await shop.worker.directory.refresh();
  const watch = tirelessWatch(shop.worker);
  for (let i = 0; i < 3; i++) await watch.round();
  expect((await cursor()).epoch).toBe(2);
  expect(found).toEqual(['shoppers is gone']);
});

test.each(['offers', 'rules', 'shoppers'] as const)(
  'a cell whose key %s was deleted is noticed and rebuilt',
  async (key) => {
    // Its poll would notice it too.
    shop.api.watch.stop();
    const first = surely(await shop.buy({ shopper: 'u1', key: 'k' }));
    await shop.settleAll();
    await shop.worker.redis.unlink((await addressOf(shop)).keys[key]);
    await tirelessWatch(shop.worker).round();
    expect(found).toEqual([`${key} is gone`]);
    await Promise.all([shop.api.directory.refresh(), shop.worker.directory.refresh()]);
    const replay = await shop.buy({ shopper: 'u1', key: 'k' });
    expect(replay).toMatchObject({ isReplay: true, order: { id: first.order.id } });
    expect((await shop.audit()).brokenPromises).toEqual([]);
  },
);
