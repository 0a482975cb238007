import type { PoolClient } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { query, run } from '../../platform/query.ts';
import { expectRows } from '../broken-books.ts';

/** By how much each count of an offer's units in a cell changes; below 0 it falls. */
interface UnitsMove {
  readonly offer: string;
  readonly held?: number;
  readonly sold?: number;
  readonly allotted?: number;
}

const move = query('books/allotments/move');

/**
 * Moves units of a cell between what is held, sold and on sale.
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
