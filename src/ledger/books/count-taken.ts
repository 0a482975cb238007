import type { PoolClient } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { takenFromPots } from '../../domain/pricing/order-spending.ts';
import { unitsByOffer } from '../../domain/units.ts';
import { query, run } from '../../platform/query.ts';
import { moveUnits } from './allotments.ts';
import { claimsOf, ordersOf } from './incoming-orders.ts';
import type { Incoming } from './incoming-orders.ts';
import { moveWallets } from './move-wallets.ts';
import { expectRows } from '../broken-books.ts';

const spendPots = query('books/pots/count-spent');

/**
 * Counts what orders and claims spent of a cell's pots.
 * @param pots amounts by pot; a negative one comes back
 * @throws NeverGiven when a pot has no allotment in the cell
 */
export async function countSpent(
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
 * used. Every transaction locks rows in this order, and by key within a table.
 * @throws NeverGiven
 */
export async function countTaken(
  client: PoolClient,
  cell: CellId,
  incoming: readonly Incoming[],
): Promise<void> {
  const [orders, claims] = [ordersOf(incoming), claimsOf(incoming)];
  const units = unitsByOffer(orders.flatMap((order) => order.lines));
  const held = [...units].map(([offer, more]) => ({ offer, held: more }));
  await moveUnits(client, cell, held);
  await countSpent(client, cell, takenFromPots(orders, claims));
  await moveWallets(client, cell, { orders, claims, sign: 1 });
}
