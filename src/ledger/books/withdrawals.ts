import type { PoolClient } from 'pg';
import type { Withdrawn } from '../../domain/outbox-entry.ts';
import type { CellId, OfferId, SaleId } from '../../domain/ids.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { NeverAsked } from '../broken-books.ts';
import { takeUnitsBack } from './return-units.ts';
import { appendInstructions } from '../instructions.ts';

/** Units a cell was asked for. */
export interface Asked {
  readonly number: number;
  readonly offer: OfferId;
  readonly asked: number;
}

const ask = query('books/withdrawals/ask');
const open = query<Asked>('books/withdrawals/list-open');
const cellsAsked = query<{ cell: number }>('books/withdrawals/cells-asked');
const taken = query('books/withdrawals/settle');

/** Asks a cell for units of offers, by an instruction. */
export async function askUnitsBack(
  client: PoolClient,
  cell: CellId,
  units: readonly (readonly [offer: string, asked: number])[],
): Promise<void> {
  const number = await appendInstructions(client, cell, [{ kind: 'withdraw', units }]);
  const [offers, asked] = [units.map(([offer]) => offer), units.map(([, amount]) => amount)];
  await run(client, ask, [cell.sale, cell.cell, number, offers, asked]);
}

/** What a cell has not handed back yet, by number. */
export const openWithdrawals = (on: Queryable, { sale, cell }: CellId): Promise<Asked[]> =>
  rows(on, open, [sale, cell]);

/**
 * Cells that have not handed back yet what they were asked for, by ordinal.
 * @param offer null: any
 */
export async function cellsStillAsked(
  on: Queryable,
  sale: SaleId,
  offer: OfferId | null,
): Promise<number[]> {
  return (await rows(on, cellsAsked, [sale, offer])).map(({ cell }) => cell);
}

/**
 * Counts what a cell handed back; the offers are locked.
 * @param from the entry that says so; null: the ledger itself took it, the cell being rebuilt
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
    throw new NeverAsked(`instruction ${number} asked for no such units`);
  await takeUnitsBack(client, cell, units);
}
