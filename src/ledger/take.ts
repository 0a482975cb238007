import type { PoolClient } from 'pg';
import type { CellId } from '../domain/ids.ts';
import { takenFromPots } from '../domain/takings.ts';
import { unitsByOffer } from '../domain/units.ts';
import { query, run } from '../platform/query.ts';
import { claimsOf, ordersOf } from './due.ts';
import type { Due } from './due.ts';
import { moveWallets } from './move-wallets.ts';
import { expectRows } from './never-given.ts';

const holdUnits = query('settle/hold-units');
const spendPots = query('settle/spend-pots');

async function hold(
  client: PoolClient,
  { sale, cell }: CellId,
  units: ReadonlyMap<string, number>,
): Promise<void> {
  if (units.size === 0) return;
  const args = [sale, cell, [...units.keys()], [...units.values()]];
  const changed = await run(client, holdUnits, args);
  expectRows(changed, units.size, 'an offer has no allotment in this cell');
}

/**
 * Counts what was spent of a cell's pots; below 0 it comes back.
 * @throws NeverGiven
 */
export async function spend(
  client: PoolClient,
  { sale, cell }: CellId,
  pots: ReadonlyMap<string, number>,
): Promise<void> {
  if (pots.size === 0) return;
  const changed = await run(client, spendPots, [sale, cell, [...pots.keys()], [...pots.values()]]);
  expectRows(changed, pots.size, 'a budget or quota has no allotment in this cell');
}

/**
 * Counts what orders and claims took: units held, pots spent, coupons and balances claimed and
 * used. Rows are locked in this order everywhere, by key in each table.
 * @throws NeverGiven
 */
export async function take(client: PoolClient, cell: CellId, due: readonly Due[]): Promise<void> {
  const [orders, claims] = [ordersOf(due), claimsOf(due)];
  await hold(client, cell, unitsByOffer(orders.flatMap((order) => order.lines)));
  await spend(client, cell, takenFromPots(orders, claims));
  await moveWallets(client, cell, { orders, claims, sign: 1 });
}
