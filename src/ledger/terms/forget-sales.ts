import type { CellId, SaleId } from '../../domain/ids.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { settledSeq } from '../cell-rows.ts';

/** A cell of a sale that is over and has no holds left. */
export interface EndedCell {
  readonly id: CellId;
  readonly epoch: number;
  /** The last settled entry of the epoch; 0: none is settled. */
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

/** Lists cells of sales that ended a day ago or earlier and are not forgotten yet. */
export const endedCells = async (on: Queryable): Promise<EndedCell[]> =>
  (await rows(on, ended)).map(endedCell);

/** Lists cells of sales that were forgotten over a minute ago and still have keys in Redis. */
export const forgottenCells = async (on: Queryable): Promise<EndedCell[]> =>
  (await rows(on, forgotten)).map(endedCell);

/** Marks sales as forgotten: no process knows them from then on. */
export async function recordForgotten(on: Queryable, sales: readonly SaleId[]): Promise<void> {
  await run(on, forget, [sales]);
}

/** Notes that Redis has no keys of these sales any more. */
export async function recordFreed(on: Queryable, sales: readonly SaleId[]): Promise<void> {
  await run(on, freed, [sales]);
}
