import type { PoolClient } from 'pg';
import type { CellId, OfferId, SaleId } from '../../domain/ids.ts';
import { query, run } from '../../platform/query.ts';
import { expectRows } from '../broken-books.ts';

/** The change of each count of an offer's units in a cell; below 0, the count falls. */
interface UnitsMove {
  readonly offer: string;
  readonly held?: number;
  readonly sold?: number;
  readonly allotted?: number;
}

const move = query('books/allotments/move');
const assign = query('books/offers/assign');
const give = query('books/allotments/give');

/**
 * Changes how many units of a cell are held, sold and allotted.
 * @param moves no offer twice
 * @throws NeverGiven when an offer has no allotment in the cell
 */
export async function moveUnits(
  client: PoolClient,
  { sale, cell }: CellId,
  moves: readonly UnitsMove[],
): Promise<void> {
  if (moves.length === 0) return;
  const changed = await run(client, move, [
    sale,
    cell,
    moves.map(({ offer }) => offer),
    moves.map(({ held = 0 }) => held),
    moves.map(({ sold = 0 }) => sold),
    moves.map(({ allotted = 0 }) => allotted),
  ]);
  expectRows(changed, moves.length, 'an offer has no allotment in this cell');
}

/**
 * Gives units of an offer to cells. It writes the ledger's side only; the caller tells the cells.
 * @param shares units by cell, from 0
 */
export async function giveUnits(
  client: PoolClient,
  sale: SaleId,
  offer: OfferId,
  shares: readonly number[],
): Promise<void> {
  const units = shares.reduce((sum, share) => sum + share, 0);
  await run(client, assign, [sale, [offer], [units]]);
  await run(client, give, [sale, offer, shares]);
}
