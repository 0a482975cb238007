import type { CellId, SaleId } from '../../domain/ids.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { settledSeq } from '../cell-rows.ts';

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

const ended = query<EndedRow>('terms/sales/ended-cells');
const forgotten = query<EndedRow>('terms/sales/forgotten-cells');
const forget = query('terms/sales/mark-forgotten');
const freed = query('terms/sales/mark-freed');

const endedCell = ({ sale, cell, ...row }: EndedRow): EndedCell => ({
  id: { sale, cell },
  epoch: row.epoch,
  seq: settledSeq(row, row.epoch),
});

/** Cells of sales closed a day ago and more, without a hold, that processes still know. */
export const endedCells = async (on: Queryable): Promise<EndedCell[]> =>
  (await rows(on, ended)).map(endedCell);

/** Cells of sales forgotten a minute ago and more that still have keys in Redis. */
export const forgottenCells = async (on: Queryable): Promise<EndedCell[]> =>
  (await rows(on, forgotten)).map(endedCell);

/** From now on unknown to every process. */
export async function recordForgotten(on: Queryable, sales: readonly SaleId[]): Promise<void> {
  await run(on, forget, [sales]);
}

export async function recordFreed(on: Queryable, sales: readonly SaleId[]): Promise<void> {
  await run(on, freed, [sales]);
}
