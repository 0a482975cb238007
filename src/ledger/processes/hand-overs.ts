import type { Pool } from 'pg';
import type { AcknowledgedEntry, HandedHead } from '../../domain/cells/acknowledged-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { lockClaimable } from '../cell-rows.ts';

/** What a process hands over of one cell. */
export interface HandOver {
  readonly process: string;
  /** Of the Redis server that it reaches now; null: none answers. */
  readonly runId: string | null;
  readonly heads: readonly HandedHead[];
  /** Each is made when it is asked for. */
  readonly entries: Iterable<AcknowledgedEntry>;
}

/** A process, and whether it has handed over a cell for a recovery. */
export interface HandOverState {
  readonly id: string;
  readonly name: string;
  readonly acknowledges: boolean;
  readonly isDone: boolean;
  /** As of its hand-over. */
  readonly runId: string | null;
  /** As of its last beat. */
  readonly seenRunId: string | null;
  readonly seenMsAgo: number;
}

const addEntries = query('processes/hand-overs/add-entries');
const add = query('processes/hand-overs/add');
const markLate = query('processes/hand-overs/mark-late');
const states = query<HandOverState>('processes/hand-overs/state');
const heads = query<{ heads: HandedHead[] }>('processes/hand-overs/heads');
const entriesAfter = query<AcknowledgedEntry>('processes/hand-overs/entries-after');
const epochs = query<{ epoch: number }>('processes/hand-overs/epochs');
const dropSettled = query('processes/hand-overs/drop-settled');
const forget = query('processes/hand-overs/forget');
/** Entries of one statement at most. */
const CHUNK = 200;

const COLUMNS = ['epoch', 'seq', 'tag', 'prev', 'version', 'orders', 'placed', 'body'] as const;

/**
 * Keeps entries of a cell until a recovery, or the settler, has settled them.
 * @returns how many the ledger did not have
 */
async function keepEntries(
  on: Queryable,
  { sale, cell }: CellId,
  entries: Iterable<AcknowledgedEntry>,
): Promise<number> {
  let [some, kept]: [AcknowledgedEntry[], number] = [[], 0];
  const keepSome = async () => {
    const columns = COLUMNS.map((name) => some.map((entry) => entry[name]));
    const added = some.length > 0 ? await run(on, addEntries, [sale, cell, ...columns]) : 0;
    kept += added;
    some = [];
  };
  for (const entry of entries) {
    some.push(entry);
    if (some.length >= CHUNK) await keepSome();
  }
  await keepSome();
  return kept;
}

/**
 * Hands over what a process remembers of a cell. Entries that come after their epoch was drained
 * make the cell diverged, so that a recovery settles them.
 * @param epoch of the recovery that waits for it; null: the process stops
 */
export function handOver(
  pool: Pool,
  cell: CellId,
  epoch: number | null,
  { process, runId, heads: known, entries }: HandOver,
): Promise<void> {
  return transaction(pool, async (client) => {
    // Forgotten meanwhile: nobody recovers it any more.
    if (!(await lockClaimable(client, cell))) return;
    const kept = await keepEntries(client, cell, entries);
    const at = [cell.sale, cell.cell];
    if (epoch !== null)
      await run(client, add, [...at, epoch, process, runId, JSON.stringify(known)]);
    // An update of cells makes every process read its directory again.
    if (kept > 0) await run(client, markLate, at);
  });
}

export const handOverStates = (
  on: Queryable,
  { sale, cell }: CellId,
  epoch: number,
): Promise<HandOverState[]> => rows(on, states, [sale, cell, epoch]);

/** The last numbers that processes know of epochs before a recovery's. */
export async function handedHeads(
  on: Queryable,
  { sale, cell }: CellId,
  epoch: number,
): Promise<HandedHead[]> {
  return (await rows(on, heads, [sale, cell, epoch])).flatMap((row) => row.heads);
}

/** Lists what was handed over of an epoch after a number, in order. */
export const handedEntries = (
  on: Queryable,
  { sale, cell }: CellId,
  { epoch, afterSeq, max }: { epoch: number; afterSeq: number; max: number },
): Promise<AcknowledgedEntry[]> => rows(on, entriesAfter, [sale, cell, epoch, afterSeq, max]);

/** The epochs before a recovery's of which something was handed over. */
export async function handedEpochs(
  on: Queryable,
  { sale, cell }: CellId,
  epoch: number,
): Promise<number[]> {
  return (await rows(on, epochs, [sale, cell, epoch])).map((row) => row.epoch);
}

/** Drops what was handed over and has settled since. */
export async function dropSettledEntries(on: Queryable): Promise<void> {
  await run(on, dropSettled);
}

/** Drops the notes of a recovery that is over. */
export async function forgetHandOvers(
  on: Queryable,
  { sale, cell }: CellId,
  epoch: number,
): Promise<void> {
  await run(on, forget, [sale, cell, epoch]);
}
