import type { Pool, PoolClient } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { endOrders } from './move-orders.ts';
import { unlessPoison } from '../poison.ts';

/** What became of orders whose time is over. */
export interface Ended {
  readonly expired: number;
  /** Orders whose books are wrong: they stay, for an operator. */
  readonly stuck: readonly { readonly order: string; readonly reason: string }[];
}

const dueCells = query<CellId>('orders/expire/cells-with-due-orders');
const lockDueOrders = query<{ id: string }>('orders/expire/lock-due-orders');

const BY_TIME = { who: 'expirer', why: 'not paid in time' } as const;

/**
 * Cells with unpaid orders whose time is over.
 * @param protocol of this release's scripts: cells of another are left to those who know theirs
 */
export const cellsWithDueOrders = (on: Queryable, protocol: number): Promise<CellId[]> =>
  rows(on, dueCells, [protocol]);

/** Ends the orders together, or halves them down to the one that cannot end. */
async function end(client: PoolClient, cell: CellId, orders: readonly string[]): Promise<Ended> {
  let expired = 0;
  const refused = await unlessPoison(client, async () => {
    expired = (await endOrders(client, cell, orders, 'expired', BY_TIME)).length;
  });
  if (!refused) return { expired, stuck: [] };
  if (orders.length === 1) {
    return { expired: 0, stuck: [{ order: orders[0]!, reason: refused.reason }] };
  }
  const half = orders.length >> 1;
  const first = await end(client, cell, orders.slice(0, half));
  const rest = await end(client, cell, orders.slice(half));
  return { expired: first.expired + rest.expired, stuck: [...first.stuck, ...rest.stuck] };
}

/**
 * Lets unpaid orders of a cell expire whose time is over by Postgres' clock, the oldest first. Any
 * number may do it at once: each takes what no other has.
 * @param but orders known to be stuck
 */
export function expireDueOrders(
  pool: Pool,
  cell: CellId,
  most: number,
  but: readonly string[] = [],
): Promise<Ended> {
  return transaction(pool, async (client) => {
    const list = await rows(client, lockDueOrders, [cell.sale, cell.cell, most, but]);
    if (list.length === 0) return { expired: 0, stuck: [] };
    return end(
      client,
      cell,
      list.map(({ id }) => id),
    );
  });
}
