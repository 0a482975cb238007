import type { CellId, SaleId } from '../domain/ids.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';
import { settledSeq } from './cells.ts';

/** A cell of a sale that is over. */
export interface EndedCell {
  readonly id: CellId;
  readonly epoch: number;
  /** The last entry of the epoch that is settled; 0: none. */
  readonly seq: number;
}

interface EndedRow {
  readonly sale: SaleId;
  readonly cell: number;
  readonly epoch: number;
  readonly cursorEpoch: number;
  readonly cursorSeq: number;
}

const forget = query('sales/forget');
const forgettable = query<EndedRow>('sales/forgettable');
const freed = query('sales/freed');

/** Sales closed a day ago and more, without a hold, are from now on unknown to every process. */
export async function forgetEnded(on: Queryable): Promise<void> {
  await run(on, forget);
}

/** Cells of sales forgotten a minute ago and more that still have keys in Redis. */
export async function forgettableCells(on: Queryable): Promise<EndedCell[]> {
  return (await rows(on, forgettable)).map(({ sale, cell, ...row }) => ({
    id: { sale, cell },
    epoch: row.epoch,
    seq: settledSeq(row, row.epoch),
  }));
}

export async function recordFreed(on: Queryable, sales: readonly SaleId[]): Promise<void> {
  await run(on, freed, [sales]);
}
