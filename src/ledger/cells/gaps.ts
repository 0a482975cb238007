import type { Pool } from 'pg';
import type { CellId, SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { recordChange } from '../changes/record-change.ts';

/** Numbers of an epoch's outbox that nobody has. */
export interface Gap {
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Orders and claims; null: nobody knows how many. */
  readonly orders: number | null;
}

/** Gaps that an earlier recovery told, up to the last number. */
export interface ToldGaps {
  readonly lastSeq: number;
  /** Orders and claims of the epoch up to that number. */
  readonly placed: number;
  readonly isLost: boolean;
}

const add = query('cells/gaps/add');
const take = query<{ lastSeq: number; orders: number | null; isLost: boolean }>(
  'cells/gaps/take-after',
);
const resolve = query('cells/gaps/resolve');
const accept = query<Gap & { cell: number }>('cells/gaps/accept');
const among = query<{ seq: number }>('cells/gaps/lost-among');
const known = query<{ settled: number; lost: number }>('cells/gaps/orders-known');
const lastUnknown = query<Gap>('cells/gaps/last-unknown');

/**
 * @param isLost somebody may have been told that its orders are placed; otherwise no process
 * acknowledged them, because it ended the epoch before their answer came
 */
export async function recordGap(
  on: Queryable,
  { sale, cell }: CellId,
  { epoch, firstSeq, lastSeq, orders }: Gap,
  isLost: boolean,
): Promise<void> {
  await run(on, add, [sale, cell, epoch, firstSeq, lastSeq, orders, isLost]);
}

/** Which of some numbers of an epoch were told as lost. */
export async function lostAmong(
  on: Queryable,
  { sale, cell }: CellId,
  epoch: number,
  seqs: readonly number[],
): Promise<number[]> {
  return (await rows(on, among, [sale, cell, epoch, seqs])).map(({ seq }) => seq);
}

/** Takes back gaps behind a number, where entries were found. @returns null: there is none */
export async function takeGapsAfter(
  on: Queryable,
  cell: CellId,
  epoch: number,
  seq: number,
): Promise<ToldGaps | null> {
  const gaps = await rows(on, take, [cell.sale, cell.cell, epoch, seq]);
  if (gaps.length === 0) return null;
  const gone = gaps.reduce((sum, { orders }) => sum + (orders ?? 0), 0);
  const placed = gone + (await ordersKnown(on, cell, epoch));
  const lastSeq = Math.max(...gaps.map((gap) => gap.lastSeq));
  return { lastSeq, placed, isLost: gaps.some((gap) => gap.isLost) };
}

/** Notes the gaps whose every number was found after all. */
export async function resolveGaps(on: Queryable, { sale, cell }: CellId): Promise<void> {
  await run(on, resolve, [sale, cell]);
}

/** Orders and claims of an epoch that the ledger has looked at or knows to be lost. */
export async function ordersKnown(
  on: Queryable,
  { sale, cell }: CellId,
  epoch: number,
): Promise<number> {
  const [row] = await rows(on, known, [sale, cell, epoch]);
  return row!.settled + row!.lost;
}

/** The last gap of an epoch of which nobody knew how many orders it held; null: there is none. */
export async function lastUnknownGap(
  on: Queryable,
  { sale, cell }: CellId,
  epoch: number,
): Promise<Gap | null> {
  return (await rows(on, lastUnknown, [sale, cell, epoch]))[0] ?? null;
}

/** Takes the losses of a sale off the audit, and lists them. */
export const acceptGaps = (
  pool: Pool,
  sale: SaleId,
  actor: Actor,
): Promise<(Gap & { cell: number })[]> =>
  transaction(pool, async (client) => {
    const gaps = await rows(client, accept, [sale]);
    if (gaps.length === 0) return gaps;
    const change = { sale, subject: 'sale', what: 'accept-loss', owner: null } as const;
    await recordChange(client, actor, { ...change, before: null, after: { gaps } });
    return gaps;
  });
