import type { PoolClient } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import type { Mover } from '../../domain/order-states.ts';
import { totalMinor } from '../../domain/order.ts';
import { announceOrders } from '../webhooks/announce-orders.ts';
import { claimsOf, ordersOf } from '../books/incoming-orders.ts';
import type { Incoming } from '../books/incoming-orders.ts';
import { insertClaimRows, insertOrderRows } from './insert-order-rows.ts';
import { payOrders } from '../orders/change-order-state.ts';
import { unlessPoison } from '../poison.ts';
import type { Refused } from '../poison.ts';
import { countTaken } from '../books/count-taken.ts';

/** An order or claim that Postgres refuses even on its own. */
export interface Poison extends Refused {
  readonly incoming: Incoming;
}

const SETTLEMENT: Mover = { who: 'settlement', why: 'nothing to pay' };

/** Inserts orders and claims and counts what they took. An order of total 0 is paid at once. */
export async function insertAll(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  incoming: readonly Incoming[],
): Promise<void> {
  await insertOrderRows(client, cell, epoch, ordersOf(incoming));
  await insertClaimRows(client, cell, epoch, claimsOf(incoming));
  await countTaken(client, cell, incoming);
  const orders = ordersOf(incoming);
  const free = orders.filter((order) => totalMinor(order) === 0).map(({ id }) => id);
  const ids = orders.map(({ id }) => id);
  if (ids.length > 0) await announceOrders(client, 'order.placed', ids);
  if (free.length > 0) await payOrders(client, cell, free, SETTLEMENT);
}

/**
 * Inserts orders and claims in the order they were written. When Postgres refuses some, it tries
 * each half alone, down to a single order or claim. So the others settle, and each poison has been
 * refused on its own.
 * @returns the poison, of which nothing is written
 */
export async function insertIncoming(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  incoming: readonly Incoming[],
): Promise<Poison[]> {
  if (incoming.length === 0) return [];
  const refused = await unlessPoison(client, () => insertAll(client, cell, epoch, incoming));
  if (!refused) return [];
  if (incoming.length === 1) return [{ incoming: incoming[0]!, ...refused }];
  const half = incoming.length >> 1;
  const first = await insertIncoming(client, cell, epoch, incoming.slice(0, half));
  return [...first, ...(await insertIncoming(client, cell, epoch, incoming.slice(half)))];
}
