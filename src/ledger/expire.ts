import type { Pool } from 'pg';
import type { CellId } from '../domain/ids.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';
import { endOrders } from './moves.ts';

const dueCells = query<CellId>('moves/due-cells');
const due = query<{ id: string }>('moves/due');

const BY_TIME = { who: 'expirer', why: 'not paid in time' } as const;

/** Cells with unpaid orders whose time is over. */
export const cellsWithDue = (on: Queryable): Promise<CellId[]> => rows(on, dueCells);

/**
 * Lets unpaid orders of a cell expire whose time is over by Postgres' clock, the oldest first. Any
 * number may do it at once: each takes what no other has.
 * @returns how many
 */
export function expireSome(pool: Pool, cell: CellId, most: number): Promise<number> {
  return transaction(pool, async (client) => {
    const list = await rows(client, due, [cell.sale, cell.cell, most]);
    const ids = list.map(({ id }) => id);
    if (ids.length === 0) return 0;
    return (await endOrders(client, cell, ids, 'expired', BY_TIME)).length;
  });
}
