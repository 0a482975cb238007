import type { PoolClient } from 'pg';
import type { Withdrawn } from '../../domain/outbox-entry.ts';
import type { CellId, OfferId, SaleId } from '../../domain/ids.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { NeverAsked } from '../broken-books.ts';
import { takeUnitsBack } from './return-units.ts';
import { appendInstructions } from '../instructions.ts';

/** Units that an instruction asked a cell to hand back. */
export interface Asked {
  readonly number: number;
  readonly offer: OfferId;
  readonly asked: number;
}

const ask = query('books/withdrawals/ask');
const open = query<Asked>('books/withdrawals/list-open');
const cellsAsked = query<{ cell: number }>('books/withdrawals/cells-asked');
const taken = query('books/withdrawals/settle');

/** Asks a cell to hand back units, by an instruction. */
export async function askUnitsBack(
  client: PoolClient,
  cell: CellId,
  units: readonly (readonly [offer: string, asked: number])[],
): Promise<void> {
  const number = await appendInstructions(client, cell, [{ kind: 'withdraw', units }]);
  const [offers, asked] = [units.map(([offer]) => offer), units.map(([, amount]) => amount)];
  await run(client, ask, [cell.sale, cell.cell, number, offers, asked]);
}

/** What a cell was asked for and has not handed back yet, by number. */
export const openWithdrawals = (on: Queryable, { sale, cell }: CellId): Promise<Asked[]> =>
  rows(on, open, [sale, cell]);

/**
 * Lists the cells that have not yet handed back what they were asked for, by ordinal.
 * @param offer null: any offer
 */
export async function cellsStillAsked(
  on: Queryable,
  sale: SaleId,
  offer: OfferId | null,
): Promise<number[]> {
  return (await rows(on, cellsAsked, [sale, offer])).map(({ cell }) => cell);
}

/**
 * Counts what a cell handed back. The caller has locked the offers.
 * @param from the entry that hands it back; null: the ledger took it while it rebuilds the cell
 * @throws NeverAsked
 */
export async function settleWithdrawn(
  client: PoolClient,
  cell: CellId,
  { number, units }: Withdrawn,
  from: { epoch: number; seq: number } | null,
): Promise<void> {
  const [offers, amounts] = [units.map(([offer]) => offer), units.map(([, amount]) => amount)];
  const where = [cell.sale, cell.cell, number, offers, amounts];
  const changed = await run(client, taken, [...where, from?.epoch ?? null, from?.seq ?? null]);
  if (changed !== units.length)
    throw new NeverAsked(`instruction ${number} did not ask for these units`);
  await takeUnitsBack(client, cell, units);
}
