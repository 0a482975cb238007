import type { Pool } from 'pg';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** How often lines of an offer were refused for one reason. */
export interface RefusalCount {
  readonly offer: string;
  readonly code: string;
  readonly refused: number;
}

const add = query('reading/refusals/add');
const ofSale = query<RefusalCount>('reading/refusals/of-sale');

/** Adds to the counts of sales; those of a sale that is gone are dropped. */
export async function addRefusals(
  pool: Pool,
  counts: readonly (RefusalCount & { readonly sale: string })[],
): Promise<void> {
  await run(pool, add, [
    counts.map(({ sale }) => sale),
    counts.map(({ offer }) => offer),
    counts.map(({ code }) => code),
    counts.map(({ refused }) => refused),
  ]);
}

/** Lists the counts of a sale. */
export const refusalsOf = (on: Queryable, sale: string): Promise<RefusalCount[]> =>
  rows(on, ofSale, [sale]);
