import type { Pool } from 'pg';
import type { CellState } from '../domain/cells/cell-record.ts';
import type { CellId } from '../domain/ids.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';

/** How far a cell's outbox is settled, and the state of the cell. */
export interface Cursor {
  readonly epoch: number;
  readonly state: CellState;
  readonly cursorEpoch: number;
  readonly cursorSeq: number;
  readonly cursorTag: string;
  /** Every entry of the epochs up to this one is settled or a dead letter. */
  readonly drainedEpoch: number;
  /** The number of orders of the present epoch that are settled or buried. */
  readonly settledOrders: number;
  /** The number of the cell's last instruction; 0 when it has none. */
  readonly lastInstruction: number;
}

/** The last settled entry of an epoch; 0: none is settled. */
export const settledSeq = (
  { cursorEpoch, cursorSeq }: Pick<Cursor, 'cursorEpoch' | 'cursorSeq'>,
  epoch: number,
): number => (cursorEpoch === epoch ? cursorSeq : 0);

/** A cell's row as a recovery finds it. */
export interface Claimable {
  readonly epoch: number;
  readonly state: CellState;
  /** The script protocol of the release that has it; 0: never opened. */
  readonly protocol: number;
  readonly drainedEpoch: number;
  /** The time since a recovery last claimed the cell; 1e12 when none did. */
  readonly claimedMsAgo: number;
  /** The Redis run in which it was last opened; null: nobody knows. */
  readonly runId: string | null;
  /** The epoch in which it was last opened; 0: never, or nobody knows. */
  readonly openedEpoch: number;
}

/** A cell in a list for operators. */
export interface ListedCell extends CellId {
  readonly epoch: number;
  readonly state: CellState;
  /** The script protocol of the release that has it; 0: never opened. */
  readonly protocol: number;
  /** The number of orders of the present epoch that are settled or buried. */
  readonly settledOrders: number;
  readonly lastInstruction: number;
}

const listLive = query<ListedCell>('cells/rows/list');
const selectCursor = query<Cursor>('cells/rows/cursor');
const lockForRecovery = query<Claimable>('cells/rows/lock-for-recovery');
const claim = query('cells/rows/claim-epoch');
const release = query('cells/rows/release-claim');
const renew = query('cells/rows/renew-claim');
const markDrained = query('cells/rows/mark-drained');
const open = query('cells/rows/mark-open');
const create = query('cells/rows/create');
const createInboxes = query('cells/rows/create-inboxes');
const diverged = query('cells/settle/mark-diverged');

/** @returns null when the sale has no such cell */
export async function findCursor(on: Queryable, { sale, cell }: CellId): Promise<Cursor | null> {
  return (await rows(on, selectCursor, [sale, cell]))[0] ?? null;
}

/** Lists the cells of a live sale, or of all live sales. */
export const listCells = (on: Queryable, sale: string | null): Promise<ListedCell[]> =>
  rows(on, listLive, [sale]);

/** @returns null when the sale has no such cell, or is forgotten */
export async function lockClaimable(on: Queryable, cell: CellId): Promise<Claimable | null> {
  return (await rows(on, lockForRecovery, [cell.sale, cell.cell]))[0] ?? null;
}

/**
 * Starts a new epoch, in recovery. Settlement of the old epoch is refused from then on.
 * @param protocol of the process that recovers it: its release has the cell from now on
 */
export async function claimEpoch(
  on: Queryable,
  cell: CellId,
  epoch: number,
  protocol: number,
): Promise<void> {
  await run(on, claim, [cell.sale, cell.cell, epoch, protocol]);
}

/** A recovery calls this while it works, so that no other recovery takes it for stalled. */
export async function renewClaim(on: Queryable, cell: CellId, epoch: number): Promise<void> {
  await run(on, renew, [cell.sale, cell.cell, epoch]);
}

/** Ends a claim after a failure: the next recovery need not wait until ours counts as stalled. */
export async function releaseClaim(on: Queryable, cell: CellId, epoch: number): Promise<void> {
  await run(on, release, [cell.sale, cell.cell, epoch]);
}

/** @returns false when the claim is no longer ours */
export async function recordDrained(
  on: Queryable,
  cell: CellId,
  claimed: number,
  drained: number,
): Promise<boolean> {
  return (await run(on, markDrained, [cell.sale, cell.cell, claimed, drained])) === 1;
}

/** What a recovery opens a cell with. */
export interface Opened {
  readonly protocol: number;
  readonly shas: Readonly<Record<string, string>>;
  /** The Redis run in which it was opened: another run may have lost something. */
  readonly runId: string | null;
}

/**
 * @returns false when the claim is no longer ours, or when a process has handed over entries that
 * nobody has settled
 */
export function recordOpen(
  pool: Pool,
  cell: CellId,
  claimed: number,
  { protocol, shas, runId }: Opened,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    // A hand-over locks the row too: the update must see what one before it has written.
    await lockClaimable(client, cell);
    const values = [cell.sale, cell.cell, claimed, protocol, shas, runId];
    return (await run(client, open, values)) === 1;
  });
}

export async function recordDiverged(on: Queryable, cell: CellId, epoch: number): Promise<void> {
  await run(on, diverged, [cell.sale, cell.cell, epoch]);
}

/** Makes the cells of a sale and their inboxes, in the transaction of its first opening. */
export async function createCells(on: Queryable, sale: string, cells: number): Promise<void> {
  await run(on, create, [sale, cells]);
  await run(on, createInboxes, [sale, cells]);
}
