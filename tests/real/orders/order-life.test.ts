import { describe, expect, test } from 'vitest';
import type { OrderId } from '../../../src/domain/ids.ts';
import { expireDueOrders } from '../../../src/ledger/orders/expire.ts';
import { expireUnpaidOrders } from '../../../src/service/orders/expire-loop.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { heldUnits } from '../../world/checks/books.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { budget, promotion } from '../../../proof/builders/promotions.ts';
import type { Shop } from '../../world/stage/shop.ts';
import {
  cancel,
  cellHolds,
  expireNow,
  lapse,
  movesOf,
  addressOf,
  stateOf,
} from '../../world/stage/life.ts';
import { surely } from '../../world/stage/life.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withShop } from '../../world/stage/with-shop.ts';

let shop: Shop;

withShop((made) => (shop = made));

const cart = offer('c', { lane: 'cart', priceMinor: 1_000, cap: 20, limitPerShopper: 2 });

/** Opens a sale with everything an order may take, and gives u1 what that needs. */
async function openRich(): Promise<void> {
  await shop.open([offer('a', { cap: 50, limitPerShopper: 2 }), cart]);
  const coupon = promotion('coupon', { isCoupon: true, budget: 'b' });
  await shop.setRules([coupon, promotion('auto', { budget: 'b' })], [budget('b')]);
  await shop.grant('coupon', ['u1', 'u2'], 2);
  await shop.fill('u1', { points: 100, redPacketMinor: 300 });
}

const lines = [
  { offer: 'c', quantity: 2 },
  { offer: 'a', quantity: 1 },
] as never;

const buyRich = async (): Promise<OrderId> => {
  const more = { coupons: ['coupon'], redPacket: 'max', points: 50 } as const;
  return surely(await shop.checkOut({ lines, ...more })).order.id;
};

const buy = async (shopper: string): Promise<OrderId> =>
  surely(await shop.buy({ shopper })).order.id;

const cell = () => ({ sale: shop.sale, cell: 0 });
const held = async () => cellHolds(shop.worker.redis, await addressOf(shop));
const promises = async () => (await shop.audit()).brokenPromises.map(({ promise }) => promise);

const ends: ['expired' | 'cancelled', (order: OrderId) => Promise<unknown>][] = [
  ['expired', () => lapse(shop).then(() => expireNow(shop))],
  ['cancelled', (order) => cancel(shop, order)],
];

describe.each(ends)('an order that is %s', (state, end) => {
  test('returns everything it took, in the ledger and in its cell', async () => {
    await openRich();
    const before = await held();
    const order = await buyRich();
    await shop.settleAll();
    expect((await held()).stock).not.toEqual(before.stock);
    await end(order);
    expect(await stateOf(shop, order)).toBe(state);
    const { stock, pots, wallets } = await held();
    expect({ stock, pots, wallets }).toEqual({
      ...{ stock: before.stock, pots: before.pots, wallets: before.wallets },
    });
    const { brokenPromises, units } = await shop.audit();
    expect(brokenPromises).toEqual([]);
    expect(units).toMatchObject({ held: 0, sold: 0, available: 70 });
  });

  test('frees its limit, and its key keeps its answer', async () => {
    await openRich();
    const key = 'k' as never;
    const first = await shop.checkOut({ lines, key });
    await shop.settleAll();
    const refusal = { code: 'limit_reached', limit: 2, taken: 2, offer: 'c' };
    expect(await shop.checkOut({ lines })).toEqual(refusal);
    await end(surely(first).order.id);
    expect(await shop.checkOut({ lines, key })).toEqual({ ...first, isReplay: true });
    expect(await shop.checkOut({ lines })).toMatchObject({ isReplay: false });
  });

  test('puts its unit on sale again, even at an api that remembers an empty shelf', async () => {
    await shop.open([offer('a', { cap: 1 })]);
    const order = await buy('u1');
    await shop.settleAll();
    for (let i = 0; i < 3; i++) {
      expect(await shop.buy({ shopper: 'u2' })).toMatchObject({ code: 'sold_out' });
    }
    await end(order);
    const describeIt = { describe: 'the unit is on sale again' };
    const bought = async () => 'order' in (await shop.buy({ shopper: 'u2' }));
    await until(bought, describeIt);
    await shop.settleAll();
    expect(await promises()).toEqual([]);
  });

  test('has one entry in its history, with the actor that ended it', async () => {
    await openRich();
    const order = await buyRich();
    await shop.settleAll();
    await end(order);
    await end(order);
    const who = state === 'expired' ? 'expirer' : 'shopper';
    expect(await movesOf(shop, order)).toEqual([`${who}: reserved to ${state}`]);
    const text = `update order_moves set why = 'other'`;
    await expect(shop.worker.pool.query(text)).rejects.toThrow('never changed');
  });
});

describe('expiry', () => {
  test('takes no order before its time, which counts from settlement', async () => {
    await shop.open([offer('a')], { payWithinS: 900 });
    const order = await buy('u1');
    const { pool } = shop.worker;
    const [first] = (await pool.query('select now() as now')).rows;
    await shop.settleAll();
    expect(await expireNow(shop)).toBe(0);
    const { rows } = await pool.query('select expires_at, pay_by from orders');
    expect(rows[0].expires_at - first.now).toBeGreaterThanOrEqual(900_000);
    expect(rows[0].expires_at >= rows[0].pay_by).toBe(true);
    await pool.query(`update orders set expires_at = now() + interval '1 minute'`);
    expect(await expireNow(shop)).toBe(0);
    await pool.query('update orders set expires_at = now()');
    await buy('u2');
    await shop.settleAll();
    expect(await expireNow(shop)).toBe(1);
    expect(await stateOf(shop, order)).toBe('expired');
  });

  test('run by several at once takes each order once, in bounded pieces', async () => {
    await shop.open([offer('a', { cap: 700 })]);
    await Promise.all(Array.from({ length: 600 }, (_, i) => buy(`u${i}`)));
    await shop.settleAll();
    await lapse(shop);
    const counts = await Promise.all([expireNow(shop), expireNow(shop), expireNow(shop)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(600);
    const { pool } = shop.worker;
    const pieces = await pool.query(
      `select max(jsonb_array_length(body -> 'orders')) as most from instructions`,
    );
    expect(pieces.rows[0].most).toBe(250);
    expect((await pool.query('select 1 from order_moves')).rowCount).toBe(600);
    const { brokenPromises, units } = await shop.audit();
    expect(brokenPromises).toEqual([]);
    expect(units).toMatchObject({ held: 0, available: 700 });
  });

  test('leaves paid and locked orders alone', async () => {
    await shop.open([offer('a')]);
    const [paid, locked, due] = [await buy('u1'), await buy('u2'), await buy('u3')];
    await shop.settleAll();
    await payFor(shop.worker.pool, paid);
    await lapse(shop);
    const { pool } = shop.worker;
    const other = await pool.connect();
    await other.query('begin');
    await other.query('select 1 from orders where id = $1 for update', [locked]);
    const ended = { expired: 1, stuck: [] };
    expect(await expireDueOrders(pool, cell(), 250)).toEqual(ended);
    expect(await stateOf(shop, due)).toBe('expired');
    await other.query('rollback');
    other.release();
    expect(await expireNow(shop)).toBe(1);
    expect(await Promise.all([paid, locked].map((id) => stateOf(shop, id)))).toEqual([
      'paid',
      'expired',
    ]);
    expect(await promises()).toEqual([]);
  });

  test('ends even when a due order stays locked', async () => {
    await shop.open([offer('a')]);
    const order = await buy('u1');
    await shop.settleAll();
    await lapse(shop);
    const other = await shop.worker.pool.connect();
    await other.query('begin');
    await other.query('select 1 from orders where id = $1 for update', [order]);
    let pushes = 0;
    const courier = { push: async () => void pushes++ };
    const { pool, protocol, time } = shop.worker;
    await expireUnpaidOrders({ pool, protocol, time, courier, onCallsDue: () => {} });
    await other.query('rollback');
    other.release();
    expect(pushes).toBeLessThanOrEqual(1);
  });

  test('goes on in other cells when the books of one are broken', async () => {
    await shop.open([offer('a')], { cells: 2 });
    const orders = await Promise.all(Array.from({ length: 20 }, (_, i) => buy(`u${i}`)));
    await shop.settleAll();
    const { pool } = shop.worker;
    await pool.query('update allotments set held = 0 where cell = 0');
    await lapse(shop);
    await expect(expireNow(shop)).rejects.toThrow('allotments');
    const states = await Promise.all(orders.map((id) => stateOf(shop, id)));
    const cells = orders.map((id) => Number(id.split('_')[1]));
    expect(states).toEqual(cells.map((cell) => (cell === 0 ? 'reserved' : 'expired')));
    expect(new Set(cells).size).toBe(2);
  });

  test('makes a shopper wait who let too many orders expire', async () => {
    await shop.open([offer('a')], { cooldownAfter: 2, cooldownS: 600 });
    await buy('u1');
    await buy('u1');
    await shop.settleAll();
    await lapse(shop);
    await expireNow(shop);
    const refusal = await shop.buy({ shopper: 'u1' });
    expect(refusal).toMatchObject({ code: 'rate_limited', retryAfterS: expect.any(Number) });
    expect(await shop.buy({ shopper: 'u2' })).toMatchObject({ isReplay: false });
  });
});

describe('cancelling', () => {
  test('again changes nothing and answers the same', async () => {
    await shop.open([offer('a')]);
    const order = await buy('u1');
    await shop.settleAll();
    const first = await cancel(shop, order);
    expect(first).toMatchObject({ id: order, state: 'cancelled', settled: true });
    const before = await held();
    expect(await cancel(shop, order)).toEqual(first);
    expect(await Promise.all([cancel(shop, order), cancel(shop, order)])).toEqual([first, first]);
    expect(await held()).toEqual(before);
  });

  test('a paid or expired order is a conflict and writes nothing', async () => {
    await shop.open([offer('a')]);
    const [paid, expired] = [await buy('u1'), await buy('u1')];
    await shop.settleAll();
    await payFor(shop.worker.pool, paid);
    await lapse(shop);
    await expireNow(shop);
    const before = await held();
    for (const order of [paid, expired]) {
      expect(await cancel(shop, order)).toMatchObject({ code: 'conflict' });
    }
    expect(await held()).toEqual(before);
    expect(await promises()).toEqual([]);
  });

  test('another shopper’s order is answered like an unknown one: not found', async () => {
    await shop.open([offer('a')]);
    const order = await buy('u1');
    const none = `${shop.sale}_0_${'A'.repeat(22)}`;
    const notFound = { code: 'not_found' };
    expect(await cancel(shop, order, 'u2')).toEqual(notFound);
    await shop.settleAll();
    for (const id of [order, none, 'no-order', `none_0_${'A'.repeat(22)}`]) {
      expect(await cancel(shop, id, 'u2')).toEqual(notFound);
    }
    expect(await stateOf(shop, order)).toBe('reserved');
  });

  test('an unsettled order waits for its settlement', async () => {
    await shop.open([offer('a')]);
    for (let i = 0; i < 5; i++) {
      const order = await buy('u1');
      const cancelled = cancel(shop, order);
      await shop.settleAll();
      expect(await cancelled).toMatchObject({ state: 'cancelled' });
    }
    expect(await promises()).toEqual([]);
  });

  test('an order that does not settle is busy and stays reserved', async () => {
    await shop.open([offer('a')]);
    const order = await buy('u1');
    expect(await cancel(shop, order)).toMatchObject({ code: 'busy' });
    await shop.settleAll();
    expect(await stateOf(shop, order)).toBe('reserved');
  });
});

test('an order of total 0 is paid by its settlement', async () => {
  await shop.open([offer('a', { priceMinor: 0 }), offer('b')], { holdsPerShopper: 1 });
  const free = await buy('u1');
  await shop.buy({ shopper: 'u2', offer: 'b' });
  await shop.settleAll();
  expect(await stateOf(shop, free)).toBe('paid');
  expect(await movesOf(shop, free)).toEqual(['settlement: reserved to paid']);
  expect(await shop.buy({ shopper: 'u1' }), 'it is not a hold').toMatchObject({ isReplay: false });
  await lapse(shop);
  expect(await expireNow(shop)).toBe(1);
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 0, sold: 1, unsettled: 1 });
});

test('a rebuilt cell knows the states of its orders as before', async () => {
  await openRich();
  const rich = await buyRich();
  const orders = [await buy('u1'), await buy('u2'), await buy('u3'), await buy('u2')];
  await shop.settleAll();
  await payFor(shop.worker.pool, orders[1]!);
  await cancel(shop, orders[0]!);
  await lapse(shop, [orders[2]!, rich]);
  expect(await expireNow(shop)).toBe(2);
  await shop.settleAll();
  const before = await held();
  expect(before.shoppers['u1']).toMatchObject({ marks: { length: 2 } });
  const { id, epoch } = await addressOf(shop);
  expect(await recover(shop.worker, id, { epoch, state: 'open' })).toBe('opened');
  expect(await held()).toEqual(before);
  expect(await promises()).toEqual([]);
});

test('freed units still in the inbox are counted, and a rebuild brings them', async () => {
  await shop.open([offer('a', { cap: 5 })]);
  const order = await buy('u1');
  await shop.settleAll();
  await lapse(shop);
  expect(await expireDueOrders(shop.worker.pool, cell(), 10)).toMatchObject({ expired: 1 });
  expect((await held()).stock).toEqual({ a: '4' });
  expect(await promises()).toEqual([]);
  const { id, epoch } = await addressOf(shop);
  await recover(shop.worker, id, { epoch, state: 'open' });
  expect((await held()).stock).toEqual({ a: '5' });
  await shop.settleAll();
  expect((await held()).stock).toEqual({ a: '5' });
  expect(await stateOf(shop, order)).toBe('expired');
  expect(await promises()).toEqual([]);
});

const history = (from: string, to: string) => `insert into order_moves
  (order_id, from_state, to_state, who, why)
  select id, '${from}', '${to}', 'test', 'test' from orders where state = 'paid'`;
const spoils: [what: string, broken: string[], text: string][] = [
  [
    'a state without a move',
    ['I3', 'I3'],
    `update orders set state = 'cancelled'
    where state = 'reserved'`,
  ],
  ['a move without its state', ['I3'], history('paid', 'refunded')],
  ['a move from a state it was not in', ['I3'], history('reserved', 'paid')],
  ['units held by nobody', ['I3'], 'update allotments set held = held + 1'],
  ['units sold to nobody', ['I3'], 'update allotments set sold = sold + 1'],
  [
    'units restocked that were sold for good',
    ['I3'],
    `update order_lines l
    set refunded = 1, restocked = 1 from orders o where o.id = l.order_id and o.state = 'paid'`,
  ],
  ['a debt without a cause', ['I1'], 'update offers set debt = debt + 1'],
  ['assigned units that no cell has', ['I1'], 'update offers set assigned = assigned - 1'],
];

test.each(spoils)('the audit sees %s', async (_, broken, text) => {
  await shop.open([offer('a', { cap: 5 })]);
  const paid = await buy('u1');
  await buy('u2');
  await shop.settleAll();
  await payFor(shop.worker.pool, paid);
  await shop.worker.courier.push(cell());
  expect(await promises()).toEqual([]);
  await shop.worker.pool.query(text);
  const found = (await promises()).filter((one) => ['I1', 'I3'].includes(one));
  expect(found).toEqual(broken);
  expect(await heldUnits(shop.worker.pool, shop.sale, 'a')).toBeGreaterThan(0);
});
