import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OrderId } from '../../../src/domain/ids.ts';
import { appendInstructions } from '../../../src/ledger/instructions.ts';
import { askUnitsBack } from '../../../src/ledger/books/withdrawals.ts';
import { createPool, transaction } from '../../../src/platform/postgres.ts';
import { settleCell } from '../../../src/service/cells/settle-cell.ts';
import { stateOf, surely } from '../../world/stage/life.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let shop: Shop;
/** A pool of its own, which a test can close: Postgres then counts the deadlocks it had. */
let pool: Pool;

withShop((made, itsWorld) => {
  shop = made;
  world = itsWorld;
});
beforeEach(async () => {
  pool = createPool(world.databaseUrl, { onError: () => {} });
  await shop.open([offer('a', { cap: 300 }), offer('free', { priceMinor: 0 })]);
  await shop.worker.directory.refresh();
});
afterEach(async () => {
  if (!pool.ended) await pool.end();
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const settleHere = () => settleCell({ ...shop.worker, pool }, cell());

const buy = async (shopper: string, id = 'a'): Promise<OrderId> =>
  surely(await shop.buy({ shopper, offer: id })).order.id;

/** Places an order of total 0 and hands units back, for one batch. @returns the order */
async function placeBatch(shopper: string): Promise<OrderId> {
  const order = await buy(shopper, 'free');
  const units: [string, number][] = [
    ['a', 1],
    ['free', 1],
  ];
  await transaction(pool, (client) => askUnitsBack(client, cell(), units));
  await shop.worker.courier.push(cell());
  return order;
}

/** Deadlocks that Postgres broke; callers saw no more of them than a delay. */
async function deadlocks(): Promise<number> {
  await pool.end();
  const text = 'select deadlocks from pg_stat_database where datname = current_database()';
  return (await shop.worker.pool.query<{ deadlocks: number }>(text)).rows[0]!.deadlocks;
}

test('settlement that waits for a payment holds no lock that the payment needs', async () => {
  const free = await placeBatch('u1');
  const payment = await pool.connect();
  await payment.query('begin');
  await payment.query(`select 1 from allotments where offer = 'a' for update`);
  const settling = settleHere();
  const waiting = `select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  const describe = 'settlement waits for the allotment';
  await until(async () => (await shop.worker.pool.query(waiting)).rowCount === 1, { describe });
  const told = { kind: 'units', offer: 'a', units: 0 } as const;
  await appendInstructions(payment, cell(), [told]);
  await payment.query('commit');
  payment.release();
  expect(await settling).toBe('idle');
  expect(await stateOf(shop, free)).toBe('paid');
  expect((await shop.audit()).brokenPromises).toEqual([]);
  expect(await deadlocks()).toBe(0);
});

test('settlement and payments of the same offers never deadlock', async () => {
  const paid: OrderId[] = [];
  for (let round = 0; round < 6; round++) {
    const orders = await Promise.all(Array.from({ length: 20 }, (_, i) => buy(`u${i}`)));
    await shop.settleAll();
    const free = [await placeBatch('v1'), await placeBatch('v2')];
    const paying = orders.map((order) => payFor(pool, order));
    const [settled] = await Promise.all([settleHere(), ...paying]);
    expect(settled).toBe('idle');
    paid.push(...orders, ...free);
  }
  const states = await Promise.all(paid.map((order) => stateOf(shop, order)));
  expect(new Set(states)).toEqual(new Set(['paid']));
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  const handedBack = 6 * 2 * 2;
  expect(units).toMatchObject({ held: 0, sold: paid.length, unassigned: handedBack });
  expect(await deadlocks()).toBe(0);
});
