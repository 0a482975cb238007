import type { Pool, PoolClient } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { HASTY, transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import { endOrders } from './change-order-state.ts';
import { unlessPoison } from '../poison.ts';

/** What became of overdue orders. */
export interface Ended {
  readonly expired: number;
  /** Orders that could not end because their books are wrong. An operator must look at them. */
  readonly stuck: readonly { readonly order: string; readonly reason: string }[];
}

const dueCells = query<CellId>('orders/expire/cells-with-due-orders');
const lockDueOrders = query<{ id: string }>('orders/expire/lock-due-orders');

const BY_TIME = { who: 'expirer', why: 'not paid in time' } as const;

/**
 * Lists cells that have overdue unpaid orders.
 * @param protocol that of this release's scripts; other releases expire the other cells
 */
export const cellsWithDueOrders = (pool: Pool, protocol: number): Promise<CellId[]> =>
  transaction(pool, (client) => rows(client, dueCells, [protocol]), HASTY);

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
 * Expires the unpaid orders of a cell that are overdue by the clock of Postgres, oldest first.
 * Any number of processes may do it at once: each takes orders that no other has locked.
 * @param but orders to pass over, known to be stuck
 */
export function expireDueOrders(
  pool: Pool,
  cell: CellId,
  most: number,
  but: readonly string[] = [],
): Promise<Ended> {
  return transaction(
    pool,
    async (client) => {
      const list = await rows(client, lockDueOrders, [cell.sale, cell.cell, most, but]);
      if (list.length === 0) return { expired: 0, stuck: [] };
      return end(
        client,
        cell,
        list.map(({ id }) => id),
      );
    },
    HASTY,
  );
}
