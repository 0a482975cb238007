import type { PoolClient } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import { deal, dealMore } from '../../domain/units.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import type { SaleRow } from '../sale-row.ts';

/** A pot holds a budget (minor units) or a quota (claims). */
export interface PotRow {
  readonly pot: string;
  readonly amount: number;
}

/** What cells were given of a pot and spent of it, over all cells. */
export interface PotFigures extends PotRow {
  readonly allotted: number;
  readonly spent: number;
}

/** Instructions for each cell, by its ordinal. */
export type ByCell = (cell: number) => readonly Instruction[];

const ofSale = query<PotRow>('books/pots/of-sale');
const figures = query<PotFigures>('books/pots/figures');
const set = query('books/pots/set-amount');
const assign = query('books/pots/assign');
const give = query('books/pots/give');

export const potsOfSale = (on: Queryable, sale: SaleId): Promise<PotRow[]> =>
  rows(on, ofSale, [sale]);

export const potFigures = (on: Queryable, sale: SaleId): Promise<PotFigures[]> =>
  rows(on, figures, [sale]);

/**
 * Gives shares of a pot to cells. It writes the ledger's side only; the caller tells the cells.
 * @param shares amounts by cell, from 0
 * @returns what the caller must tell the cells
 */
async function givePot(
  client: PoolClient,
  sale: SaleId,
  pot: string,
  shares: readonly number[],
): Promise<ByCell> {
  const amount = shares.reduce((sum, share) => sum + share, 0);
  await run(client, assign, [sale, pot, amount]);
  await run(client, give, [sale, pot, shares]);
  return (cell) => [{ kind: 'pot', pot, amount: shares[cell]! }];
}

/** At the sale's first opening, gives a whole pot to its cells. */
export const dealPot = (
  client: PoolClient,
  { id, cells }: SaleRow,
  { pot, amount }: PotRow,
): Promise<ByCell> => givePot(client, id, pot, deal(amount, cells));

/**
 * Sets what a pot holds. In an opened sale, the cells get the increase.
 * @param change `before` null: there was no such pot; only in a draft may it be above `after`
 * @returns what the caller must tell the cells
 */
export async function setPot(
  client: PoolClient,
  { id, state, cells }: SaleRow,
  { pot, before, after }: { pot: string; before: number | null; after: number },
): Promise<ByCell> {
  if (before === after) return () => [];
  await run(client, set, [id, pot, after]);
  if (state === 'draft') return () => [];
  return givePot(client, id, pot, dealMore(before ?? 0, after, cells));
}
