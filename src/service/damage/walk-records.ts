import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import { shoppersIn } from '../../cell/damage/read-records.ts';
import { knownShoppers } from '../../ledger/damage/records-books.ts';
import { compareRecords } from './compare-records.ts';
import type { Finding } from './finding.ts';

const PAGE = 250;

async function* shoppersOf(pool: Pool, cell: CellAddress): AsyncGenerator<readonly string[]> {
  for (let last = ''; ;) {
    const page = await knownShoppers(pool, cell.id, last, PAGE);
    yield page;
    if (page.length < PAGE) break;
    last = page.at(-1)!;
  }
  for (const key of ['shoppers', 'wallets'] as const) yield* shoppersIn(cell, key);
}

/**
 * Compares the records of all shoppers of a cell, page by page: those whom the ledger knows, which
 * finds records that are gone, then those whom the cell knows, which finds records too many. Each
 * step is what a page gave; null: it was not compared.
 */
export async function* walkRecords(
  { pool }: { readonly pool: Pool },
  cell: CellAddress,
): AsyncGenerator<Finding[] | null> {
  for await (const shoppers of shoppersOf(pool, cell)) {
    yield await compareRecords({ pool }, cell, shoppers);
  }
}
