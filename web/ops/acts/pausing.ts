import { answerOf, glanceAtSales, pauseSale, resumeSale } from '../../../client/index.ts';
import type { Client, SaleGlance } from '../../../client/index.ts';
import type { Connection } from '../../kit/api/connection.ts';
import { readParts } from '../../kit/api/read-parts.ts';
import { reasonHeaders } from './reason.ts';

/** `pause` stops selling, `resume` goes on with it. */
export type Deed = 'pause' | 'resume';

/** Stands for every sale that the deed can be done to. */
export const ALL = '*';

const STATE_BEFORE: Readonly<Record<Deed, string>> = { pause: 'open', resume: 'paused' };
/** More than 5,000 sales are never open. */
const MAX_PAGES = 50;
const PAGE = '100';

/** What became of one sale. */
export type Outcome =
  | { readonly sale: string; readonly kind: 'done'; readonly pendingCells: readonly number[] }
  | { readonly sale: string; readonly kind: 'failed'; readonly error: unknown };

/** Those of the sales to which it can be done. */
export const targetsOf = (deed: Deed, sales: readonly SaleGlance[]): SaleGlance[] =>
  sales.filter(({ state }) => state === STATE_BEFORE[deed]);

/** All sales that were opened, read now: the screen may be seconds old, and has only 1,000. */
async function everySale(client: Client): Promise<SaleGlance[]> {
  const { items } = await readParts(
    (cursor) => answerOf(glanceAtSales({ client, query: { limit: PAGE, ...cursor } })),
    MAX_PAGES,
  );
  return items;
}

async function doOne(client: Client, deed: Deed, sale: string, reason: string): Promise<Outcome> {
  const call = deed === 'pause' ? pauseSale : resumeSale;
  try {
    const answer = await answerOf(call({ client, path: { sale }, headers: reasonHeaders(reason) }));
    const pendingCells = 'pendingCells' in answer ? answer.pendingCells : [];
    return { sale, kind: 'done', pendingCells };
  } catch (error) {
    return { sale, kind: 'failed', error };
  }
}

/**
 * Pauses or resumes one sale, or all at once.
 * @param which the id of a sale, or `ALL`
 * @throws when the sales could not be read
 */
export async function pauseOrResume(
  { change }: Connection,
  deed: Deed,
  which: string,
  reason: string,
): Promise<Outcome[]> {
  const ids =
    which === ALL ? targetsOf(deed, await everySale(change)).map(({ sale }) => sale) : [which];
  return Promise.all(ids.map((sale) => doOne(change, deed, sale, reason)));
}
