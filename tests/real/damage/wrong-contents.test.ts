import { beforeEach, describe, expect, test } from 'vitest';
import type { CellKeys } from '../../../src/cell/keys.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { pack, unpack } from '../../../src/platform/codec.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { newSaleId } from '../../../proof/builders/ids.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import { Storm } from '../../world/checks/storm.ts';
import { addressOf, surely } from '../../world/stage/life.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withDamageTold } from '../../world/stage/with-damage-told.ts';
import { tirelessWatch } from '../../world/stage/tireless-watch.ts';

let shop: Shop;

const found = withDamageTold('file', (made) => (shop = made));
beforeEach(() => {
  Object.assign(shop, { sale: newSaleId() });
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const epoch = async () => (await findCursor(shop.worker.pool, cell()))!.epoch;

/** A shop in which u1 has an order, a paid cart, coupons and points, and nobody polls. */
async function openShop(): Promise<void> {
  const access = [{ members: ['gold'], fromMs: Date.UTC(2024, 0, 1) }];
  await shop.open(
    [
      offer('a', { cap: 10, limitPerShopper: 2 }),
      offer('cart', { lane: 'cart', cap: 10 }),
      offer('hat', { isPaused: true, access }),
    ],
    { access },
  );
  const claims = { quota: 5, limitPerShopper: 5 };
  const effect = { kind: 'fixed', off: 5, from: 0 } as const;
  await shop.setRules(
    [promotion('coupon', { isCoupon: true, claims, effect, budget: 'b' })],
    [budget('b', { amountMinor: 500 })],
  );
  await shop.fill('u1', { points: 70, redPacketMinor: 30 });
  await shop.api.directory.refresh();
  await shop.claim('coupon');
  surely(await shop.buy({ shopper: 'u1', key: 'k' }));
  surely(await shop.buy({ shopper: 'u3' }));
  surely(await shop.checkOut({ lines: [{ offer: 'cart' as never, quantity: 2 }] }));
  shop.api.watch.stop();
  await shop.settleAll();
  await shop.worker.directory.refresh();
}

type Change = (key: string) => Promise<unknown>;

/** Another value in the place of one in a packed list. */
const repack =
  (field: string, at: number, value: unknown): Change =>
  async (key) => {
    const { redis } = shop.worker;
    const list = unpack((await redis.hgetBuffer(key, field))!) as unknown[];
    return redis.hset(key, field, pack(list.with(at, value)));
  };
const drop =
  (field: string): Change =>
  (key) =>
    shop.worker.redis.hdel(key, field);
const copy =
  (from: string, to: string): Change =>
  async (key) =>
    shop.worker.redis.hset(key, to, (await shop.worker.redis.hgetBuffer(key, from))!);
const set =
  (field: string, value: string | number): Change =>
  (key) =>
    shop.worker.redis.hset(key, field, value);

const LIMIT = 2;
const PAUSED = 9;
const ACCESS = 10;
const changes: [what: string, key: keyof CellKeys, change: Change, where: string][] = [
  ['a limit of an offer is changed', 'offers', repack('a', LIMIT, 50), 'offers/a'],
  ['an offer is gone', 'offers', drop('a'), 'offers/a'],
  ['an offer is too many', 'offers', copy('a', 'z'), 'offers/z'],
  ['a paused offer is on sale', 'offers', repack('hat', PAUSED, false), 'offers/hat'],
  ['early access to an offer is changed', 'offers', repack('hat', ACCESS, ''), 'offers/hat'],
  ['early access to the sale is changed', 'meta', set('access', ''), 'meta/access'],
  ['a rule is gone', 'rules', drop('claim:coupon'), 'rules/claim:coupon'],
  ['a rule is too many', 'rules', copy('claim:coupon', 'claim:z'), 'rules/claim:z'],
  ['the window is changed', 'meta', set('closes_at', 1), 'meta/closes_at'],
  ['the limit on holds is changed', 'meta', set('hold_limit', 60), 'meta/hold_limit'],
  ['meta has a field too many', 'meta', set('z', 1), 'meta/z'],
  ['the record of a shopper is gone', 'shoppers', drop('u3'), 'shoppers/u3'],
  ['the record of a shopper is too many', 'shoppers', copy('u3', 'u9'), 'shoppers/u9'],
  ['the record of a shopper is that of another', 'shoppers', copy('u3', 'u1'), 'shoppers/u1'],
  ['a field is no shopper', 'shoppers', copy('u3', 'a\nb'), 'shoppers/a\nb'],
  ['a wallet is gone', 'wallets', drop('u1'), 'wallets/u1'],
  ['a wallet is too many', 'wallets', copy('u1', 'u9'), 'wallets/u9'],
  ['points are changed', 'wallets', repack('u1', 0, 71), 'wallets/u1'],
  ['a red packet is changed', 'wallets', repack('u1', 1, 31), 'wallets/u1'],
  ['coupons are changed', 'wallets', repack('u1', LIMIT, ['coupon', 9]), 'wallets/u1'],
  ['claims are forgotten', 'wallets', repack('u1', 3, []), 'wallets/u1'],
  ['units are changed', 'stock', set('a', 9), 'a'],
  ['units are gone', 'stock', drop('a'), 'a'],
  ['a budget is changed', 'pots', set('budget:b', 1), 'budget:b'],
  ['a budget is too many', 'pots', set('budget:z', 1), 'budget:z'],
];

/** A place as logs have it: they name no shopper. */
const inLogs = (where: string) => where.replace(/^(shoppers|wallets)\/[^]*/, '$1: ');

describe('a cell in which', () => {
  beforeEach(openShop);

  test.each(changes)('%s is a row of the audit, and is rebuilt', async (_, key, change, where) => {
    const address = await addressOf(shop);
    expect((await shop.audit()).brokenPromises).toEqual([]);
    await change(address.keys[key]);
    const { brokenPromises } = await shop.audit();
    expect(brokenPromises).toMatchObject([{ subject: `${shop.sale}.0/${where}` }]);
    await tirelessWatch(shop.worker).round();
    expect(found).toEqual([expect.stringContaining(inLogs(where))]);
    expect(await epoch()).toBe(2);
    expect((await shop.audit()).brokenPromises).toEqual([]);
  });

  test('the last entries are gone is rebuilt from what the api remembers', async () => {
    surely(await shop.buy({ shopper: 'u4' }));
    await shop.worker.redis.del((await addressOf(shop)).keys.outbox);
    await tirelessWatch(shop.worker).round();
    await shop.settleAll();
    expect(found).toEqual(['a: the cell may give 7, the ledger says 8']);
    expect((await shop.audit()).brokenPromises).toEqual([]);
  });
});

test.each([
  ['has another type', (key: string) => shop.worker.redis.multi().del(key).rpush(key, 'x').exec()],
  ['is gone', (key: string) => shop.worker.redis.del(key)],
])('the audit names a key that %s', async (what, spoil) => {
  await openShop();
  await spoil((await addressOf(shop)).keys.wallets);
  const { brokenPromises } = await shop.audit();
  expect(brokenPromises).toMatchObject([{ promise: 'I13', detail: `wallets ${what}` }]);
});

test('a wallet that lacks what the ledger gave it is rebuilt, once', async () => {
  await openShop();
  const { pool } = shop.worker;
  await pool.query("update balances set points_granted = points_granted + 1 where shopper = 'u1'");
  const watch = tirelessWatch(shop.worker);
  for (let i = 0; i < 3; i++) {
    await watch.round();
    await shop.worker.directory.refresh();
  }
  expect(await epoch()).toBe(2);
});

test('a sale in which orders are placed and moved is never taken for damaged', async () => {
  await shop.open([offer('a', { cap: 40 }), offer('b', { cap: 40 })]);
  await shop.worker.directory.refresh();
  const storm = new Storm(shop, ['a', 'b']);
  let isOver = false;
  const watching = (async () => {
    const watch = tirelessWatch(shop.worker);
    while (!isOver) await watch.round();
  })();
  await storm.rage(1, 30).finally(() => (isOver = true));
  await watching;
  await shop.settleAll();
  expect(found).toEqual([]);
  expect(await epoch()).toBe(1);
});
