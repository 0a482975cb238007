import { expect, test } from 'vitest';
import { parseOrderId } from '../../../src/domain/ids.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import { PROTOCOL } from '../../../src/cell/protocol.ts';
import { cellsWithDueOrders } from '../../../src/ledger/orders/expire.ts';
import { expireNow, lapse, addressOf, stateOf, surely } from '../../world/stage/life.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';

/** More orders than one transaction takes. */
const ORDERS = 700;

let shop: Shop;

withShop((made) => (shop = made));

const buy = async (shopper: string, id = 'a'): Promise<OrderId> =>
  surely(await shop.buy({ shopper, offer: id })).order.id;

/** Places orders that are due in two cells; one of them is of `bad`. */
async function placeDue(): Promise<{ stuck: OrderId; good: OrderId[] }> {
  await shop.open([offer('a', { cap: 2_000 }), offer('bad')], { cells: 2 });
  const first = await Promise.all(Array.from({ length: 100 }, (_, i) => buy(`u${i}`)));
  const stuck = await buy('unlucky', 'bad');
  const later = Array.from({ length: ORDERS - 100 }, (_, i) => buy(`v${i}`));
  const good = [...first, ...(await Promise.all(later))];
  await shop.settleAll();
  await lapse(shop);
  return { stuck, good };
}

const inCell = (orders: readonly OrderId[], cell: number): number =>
  orders.filter((id) => parseOrderId(id)!.cell.cell === cell).length;

const breaks: [what: string, text: string][] = [
  ['whose units nobody holds', `update allotments set held = 0 where offer = 'bad'`],
  ['whose units the cell was never given', `delete from allotments where offer = 'bad'`],
];

test.each(breaks)('an order %s keeps no other from expiring and is reported', async (_, text) => {
  const { stuck, good } = await placeDue();
  const { pool, redis } = shop.worker;
  expect(Math.min(inCell(good, 0), inCell(good, 1))).toBeGreaterThan(250);
  await pool.query(text);
  await expect(expireNow(shop)).rejects.toThrow(stuck);
  expect(await stateOf(shop, stuck)).toBe('reserved');
  const { rows } = await pool.query(`select distinct state from orders where id <> $1`, [stuck]);
  expect(rows).toEqual([{ state: 'expired' }]);
  const stock = await Promise.all(
    [0, 1].map(async (cell) => redis.hget((await addressOf(shop, cell)).keys.stock, 'a')),
  );
  expect(stock).toEqual(['1000', '1000']);
  const { brokenPromises } = await shop.audit();
  expect(brokenPromises.length).toBeGreaterThan(0);
  expect(brokenPromises.map(({ subject }) => subject).join()).toContain('bad');
});

test('stuck orders that fill a transaction keep no other from expiring either', async () => {
  await shop.open([offer('a', { cap: 400 }), offer('bad', { cap: 400 })]);
  const buyAll = (id: string) =>
    Promise.all(Array.from({ length: 260 }, (_, i) => buy(`u${i}`, id)));
  const [stuck] = [await buyAll('bad'), await buyAll('a')];
  await shop.settleAll();
  const { pool } = shop.worker;
  await pool.query(`update orders set expires_at = now() - interval '1 second'`);
  await pool.query(`update orders set expires_at = now() - interval '1 hour' where id = any ($1)`, [
    stuck,
  ]);
  await pool.query(breaks[0]![1]);
  await expect(expireNow(shop)).rejects.toThrow(/^order .* cannot expire/);
  const { rows } = await pool.query(
    `select state, count(*)::integer as orders from orders group by 1 order by 1`,
  );
  expect(rows).toEqual([
    { state: 'expired', orders: 260 },
    { state: 'reserved', orders: 260 },
  ]);
});

test('a stuck order leaves nothing written, however often it is tried', async () => {
  const { stuck, good } = await placeDue();
  const { pool } = shop.worker;
  await pool.query(breaks[0]![1]);
  for (const _ of ['first', 'again', 'and again']) {
    await expect(expireNow(shop)).rejects.toThrow(stuck);
  }
  const told = await pool.query<{ order: string }>(
    `select jsonb_array_elements(body -> 'orders') ->> 1 as order from instructions
    where body ->> 'kind' = 'moved'`,
  );
  const serials = good.map((id) => parseOrderId(id)!.serial);
  expect(told.rows.map(({ order }) => order).toSorted()).toEqual(serials.toSorted());
  const moved = await pool.query('select order_id from order_moves');
  expect(moved.rows.map((row) => row.order_id).toSorted()).toEqual(good.toSorted());
  const { rows } = await pool.query(`select held, sold from allotments where offer = 'a'`);
  expect(rows).toEqual([0, 1].map(() => ({ held: 0, sold: 0 })));
});

test('a stuck order expires like any other once its books are right', async () => {
  const { stuck, good } = await placeDue();
  const { pool } = shop.worker;
  await pool.query(breaks[0]![1]);
  await expect(expireNow(shop)).rejects.toThrow(stuck);
  const { cell } = parseOrderId(stuck)!;
  const repair = `update allotments set held = 1 where offer = 'bad' and cell = $1`;
  await pool.query(repair, [cell.cell]);
  expect(await expireNow(shop)).toBe(1);
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 0, available: 2_100 });
  expect(good.length).toBe(ORDERS);
  expect(await cellsWithDueOrders(pool, PROTOCOL)).toEqual([]);
});
