import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Time } from '../../platform/time.ts';
import { compareRecords } from './compare-records.ts';
import { compareTerms } from './compare-terms.ts';
import { inWords } from './finding.ts';
import type { Finding } from './finding.ts';
import { walkRecords } from './walk-records.ts';

export interface ContentsDeps {
  readonly pool: Pool;
  readonly time: Pick<Time, 'sleep'>;
}

/** Between the two looks at a place that seems wrong. */
export const CONFIRM_AFTER_MS = 250;

/** What is found twice. Each comparison is exact; this guards against what nobody thought of. */
async function twice(
  { time }: ContentsDeps,
  first: readonly Finding[] | null,
  again: () => Promise<readonly Finding[] | null>,
): Promise<Finding[]> {
  if (!first || first.length === 0) return [];
  await time.sleep(CONFIRM_AFTER_MS);
  const second = new Set((await again())?.map(inWords));
  return first.filter((one) => second.has(inWords(one)));
}

const shopperOf = ({ shopper }: Finding): string => shopper!;

/** Offers, rules and `meta` of a cell that are not what the ledger says. */
export async function wrongTerms(deps: ContentsDeps, cell: CellAddress): Promise<Finding[]> {
  const compare = () => compareTerms(deps, cell);
  return twice(deps, await compare(), compare);
}

/** Records and wallets of a cell that are not what the ledger says, page by page. */
export async function* wrongRecords(
  deps: ContentsDeps,
  cell: CellAddress,
): AsyncGenerator<Finding[]> {
  for await (const found of walkRecords(deps, cell)) {
    const shoppers = [...new Set(found?.map(shopperOf))];
    yield await twice(deps, found, () => compareRecords(deps, cell, shoppers));
  }
}

/** Everything in a cell, but its counters, that is not what the ledger says. */
export async function wrongContents(deps: ContentsDeps, cell: CellAddress): Promise<Finding[]> {
  const wrong = await wrongTerms(deps, cell);
  for await (const some of wrongRecords(deps, cell)) wrong.push(...some);
  return [...new Map(wrong.map((one) => [inWords(one), one])).values()];
}
