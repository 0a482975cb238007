import type { SaleId } from '../../domain/ids.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import type { Link } from './verify-chain.ts';

/** The last change of a chain, as the ledger notes it. */
export interface ChainEnd extends Link {
  /** Null: the changes that belong to no sale. */
  readonly sale: SaleId | null;
}

const PAGE = 500;

const ends = query<ChainEnd>('changes/chain-ends');

/** The ends of all chains, also of sales that are closed or deleted. */
export async function* chainEnds(on: Queryable): AsyncGenerator<ChainEnd> {
  for (let after: string | null = null, isLast = false; !isLast;) {
    const page: ChainEnd[] = await rows(on, ends, [after, PAGE]);
    yield* page;
    isLast = page.length < PAGE;
    after = page.at(-1)?.sale ?? '';
  }
}
