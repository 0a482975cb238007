import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { recordChange } from '../changes/record-change.ts';

/** The rows that one transaction drops, few enough to block nobody for long. */
const PIECE = 10_000;

const toTrim = query<{ sale: SaleId }>('privacy/trim/sales-to-trim');
const mark = query('privacy/trim/mark-trimmed');
const drops = {
  documents: query('privacy/trim/drop-documents'),
  deliveries: query('privacy/trim/drop-deliveries'),
  entries: query('privacy/trim/drop-entries'),
  instructions: query('privacy/trim/drop-instructions'),
} as const;

/** The rows that were dropped. */
export type Trimmed = Readonly<Record<keyof typeof drops, number>>;

/** Closed sales of which the working papers may go, by id. */
export const salesToTrim = async (on: Queryable, closedDays: number): Promise<SaleId[]> =>
  (await rows(on, toTrim, [closedDays])).map(({ sale }) => sale);

async function markTrimmed(pool: Pool, sale: SaleId, actor: Actor): Promise<void> {
  await transaction(pool, async (client) => {
    if ((await run(client, mark, [sale])) === 0) return;
    const change = { sale, subject: 'sale', what: 'trim', owner: null } as const;
    await recordChange(client, actor, { ...change, before: null, after: null });
  });
}

/**
 * Drops the working papers of a closed sale: documents, messages to endpoints, settled entries,
 * instructions to its cells. Orders, claims, money, units and changes stay, and so do messages that
 * are still due. When it is cut off, the next call does the rest.
 */
export async function trimSale(pool: Pool, sale: SaleId, actor: Actor): Promise<Trimmed> {
  await markTrimmed(pool, sale, actor);
  const trimmed = { documents: 0, deliveries: 0, entries: 0, instructions: 0 };
  for (const [name, drop] of Object.entries(drops)) {
    for (let dropped = PIECE; dropped === PIECE;) {
      dropped = await run(pool, drop, [sale, PIECE]);
      trimmed[name as keyof Trimmed] += dropped;
    }
  }
  return trimmed;
}
