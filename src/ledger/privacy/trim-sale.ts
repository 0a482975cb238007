import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { recordChange } from '../changes/record-change.ts';

/** The rows that one transaction drops, few enough to block nobody for long. */
const PIECE = 10_000;

const toTrim = query<{ sale: SaleId }>('privacy/sales-to-trim');
const mark = query('privacy/mark-trimmed');
const drops = {
  documents: query('privacy/drop-documents-of-sale'),
  deliveries: query('privacy/drop-deliveries-of-sale'),
  entries: query('privacy/drop-entries-of-sale'),
  instructions: query('privacy/drop-instructions-of-sale'),
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
 * instructions to its cells. Orders, claims, money, units and changes stay. When it is cut off, the
 * next call does the rest.
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
