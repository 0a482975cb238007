import { beforeEach, expect, test } from 'vitest';
import type { OrderId } from '../../../src/domain/ids.ts';
import { setSaleState } from '../../../src/service/terms/change-sale.ts';
import { forgetEndedSales } from '../../../src/service/terms/forget-ended-sales.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { moveSale } from '../../../src/ledger/terms/put-sale.ts';
import { bringUpToDate } from '../../../src/service/cells/bring-cell-up-to-date.ts';
import { cancel, expireNow, lapse, addressOf, stateOf, surely } from '../../world/stage/life.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { listen } from '../../world/stage/webhooks.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let shop: Shop;

withShop((made) => (shop = made));
beforeEach(async () => {
  const dates = { opensAtMs: Date.UTC(2025, 0, 1), closesAtMs: Date.now() + HOUR_MS };
  await shop.open([offer('a', { cap: 20 }), offer('b', { cap: 4 })], { cells: 2, ...dates });
});

const HOUR_MS = 3_600_000;

const buy = async (shopper: string): Promise<OrderId> =>
  surely(await shop.buy({ shopper, key: shopper })).order.id;
const close = () => setSaleState(shop.api, shop.sale, 'close', OPERATOR);

/** Expects no broken promise. @returns where the units are */
async function units() {
  const { brokenPromises, units: totals } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  return totals;
}

test('a close returns the cells’ remaining units to the ledger', async () => {
  const orders = [await buy('u1'), await buy('u2')];
  expect(await close()).toEqual({ kind: 'changed', pendingCells: [] });
  expect(await close()).toEqual({ kind: 'unchanged', pendingCells: [] });
  const left = { cap: 24, allotted: 2, held: 2, unassigned: 22, available: 0, unsettled: 0 };
  expect(await units()).toMatchObject(left);
  expect(await shop.buy({ shopper: 'u3' })).toEqual({ code: 'sale_over' });
  expect(await stateOf(shop, orders[0]!)).toBe('reserved');
});

test('an order open at the close may be paid, or returns its units to the ledger', async () => {
  const [paid, cancelled, expired] = [await buy('u1'), await buy('u2'), await buy('u3')];
  await close();
  await payFor(shop.worker.pool, paid);
  expect(await cancel(shop, cancelled, 'u2')).toMatchObject({ state: 'cancelled' });
  await lapse(shop);
  expect(await expireNow(shop)).toBe(1);
  expect(await stateOf(shop, expired)).toBe('expired');
  await shop.settleAll();
  const ended = { allotted: 1, held: 0, sold: 1, unassigned: 23, available: 0 };
  expect(await units()).toMatchObject(ended);
  const again = await shop.buy({ shopper: 'u1', key: 'u1' });
  expect(again).toMatchObject({ isReplay: true, order: { id: paid } });
});

test('units of orders that end during the close are neither doubled nor lost', async () => {
  const shoppers = Array.from({ length: 14 }, (_, i) => `u${i}`);
  const orders = await Promise.all(shoppers.map(buy));
  await shop.settleAll();
  const [free, kept] = [orders.slice(0, 10), orders.slice(10)];
  const cancelling = free.map((order, i) => cancel(shop, order, shoppers[i]));
  const [closed, ...answers] = await Promise.all([close(), ...cancelling]);
  expect(closed).toMatchObject({ kind: 'changed', pendingCells: [] });
  expect(answers.map((answer) => 'state' in answer && answer.state)).toEqual(
    free.map(() => 'cancelled'),
  );
  await shop.settleAll();
  await shop.settleAll();
  const left = { allotted: kept.length, held: kept.length, available: 0, unsettled: 0 };
  expect(await units()).toMatchObject({ ...left, unassigned: 24 - kept.length });
});

test('a cell that is rebuilt during the close also hands its units back', async () => {
  await buy('u1');
  await moveSale(shop.api.pool, shop.sale, 'close', OPERATOR);
  for (const cell of [0, 1]) {
    const { id, epoch } = await addressOf(shop, cell);
    if (cell === 1) await bringUpToDate(shop.worker, id);
    expect(await recover(shop.worker, id, { epoch, state: 'open' })).toBe('opened');
  }
  await shop.settleAll();
  expect(await units()).toMatchObject({ allotted: 1, held: 1, unassigned: 23, available: 0 });
});

const keysLeft = () => shop.worker.redis.keys(`{${shop.sale}.*`);
const dropped: number[] = [];
const dropQueue = async (webhook: number) => void dropped.push(webhook);
const forget = () => forgetEndedSales({ ...shop.worker, dropQueue });

/** Moves the clock: the sale and its window closed this many hours ago. */
async function closedAgo(hours: number): Promise<void> {
  const text = `update sales set closes_at = now() - $2 * interval '1 hour',
    closed_at = now() - $2 * interval '1 hour' where id = $1`;
  await shop.worker.pool.query(text, [shop.sale, hours]);
}

/** Moves the clock: processes were told a minute ago to forget the sale. */
const aMinuteLater = () =>
  shop.worker.pool.query(`update sales set forgotten_at = forgotten_at - interval '61 seconds'`);

test('keys stay for a day after the close and the last hold, then go once', async () => {
  const order = await buy('u1');
  await close();
  await shop.settleAll();
  const { pool } = shop.worker;
  const before = await keysLeft();
  expect(before.length).toBeGreaterThan(0);
  await closedAgo(23);
  await forget();
  expect(await keysLeft(), 'within a day').toEqual(before);
  await closedAgo(24 * 30);
  await forget();
  expect(await keysLeft(), 'an order is unpaid still').toEqual(before);
  const again = await shop.buy({ shopper: 'u1', key: 'u1' });
  expect(again).toMatchObject({ isReplay: true, order: { id: order } });
  await lapse(shop);
  expect(await expireNow(shop)).toBe(1);
  await forget();
  expect((await keysLeft()).length, 'while processes may know the sale').toBe(before.length);
  await shop.worker.directory.refresh();
  expect(shop.worker.directory.sale(shop.sale) ?? null).toBeNull();
  await aMinuteLater();
  await forget();
  expect(await keysLeft()).toEqual([]);
  const { rows } = await pool.query('select forgotten_at, freed_at from sales');
  await forget();
  expect((await pool.query('select forgotten_at, freed_at from sales')).rows).toEqual(rows);
  expect(await stateOf(shop, order)).toBe('expired');
});

test('keys stay while a cell has something to settle', async () => {
  await close();
  const { redis } = shop.worker;
  const { keys, epoch } = await addressOf(shop, 1);
  const seq = Number(await redis.hget(keys.meta, 'seq')) + 1;
  await redis.xadd(keys.outbox, `${epoch}-${seq}`, ...['v', '9', 'tag', 't', 'prev', 'p']);
  await closedAgo(48);
  const before = await keysLeft();
  await forget();
  await aMinuteLater();
  await forget();
  expect(await keysLeft()).toEqual(before);
  const { rows } = await shop.worker.pool.query('select from sales where forgotten_at is null');
  expect(rows).toHaveLength(1);
  await redis.xdel(keys.outbox, `${epoch}-${seq}`);
  await forget();
  await aMinuteLater();
  await forget();
  expect(await keysLeft()).toEqual([]);
});

test('a sale that was never closed keeps its keys, however old it is', async () => {
  const text = `update sales set opens_at = now() - interval '99 days',
    closes_at = now() - interval '98 days'`;
  await shop.worker.pool.query(text);
  const before = await keysLeft();
  await forget();
  await aMinuteLater();
  await forget();
  expect(await keysLeft()).toEqual(before);
});

test('a cell that has to be rebuilt keeps its keys', async () => {
  await close();
  await closedAgo(48);
  await forget();
  await aMinuteLater();
  const { pool } = shop.worker;
  await pool.query(`update cells set state = 'recovering' where cell = 1`);
  const before = await keysLeft();
  await forget();
  expect(await keysLeft()).toEqual(before);
  await pool.query(`update cells set state = 'open'`);
  await forget();
  expect(await keysLeft()).toEqual([]);
});

test('webhook queues go with the keys, and their endpoints stay', async () => {
  await listen(shop.worker.pool, shop.sale, 'https://shop.example/hook');
  await close();
  await closedAgo(48);
  await forget();
  expect(dropped).toEqual([]);
  await aMinuteLater();
  await forget();
  const { rows } = await shop.worker.pool.query('select number from webhooks');
  expect(rows).toEqual([{ number: dropped[0] }]);
  expect(dropped).toHaveLength(1);
});
