import type { CellState } from '../domain/cell-record.ts';
import type { CellId } from '../domain/ids.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';

/** How far a cell's outbox is settled, and where the cell stands. */
export interface Cursor {
  readonly epoch: number;
  readonly state: CellState;
  readonly cursorEpoch: number;
  readonly cursorSeq: number;
  readonly cursorTag: string;
  /** Every epoch up to this one is settled or among the dead letters. */
  readonly drainedEpoch: number;
  /** Orders of the present epoch settled or buried. */
  readonly settledOrders: number;
}

/** The last entry of an epoch that is settled; 0: none of it is. */
export const settledSeq = (
  { cursorEpoch, cursorSeq }: Pick<Cursor, 'cursorEpoch' | 'cursorSeq'>,
  epoch: number,
): number => (cursorEpoch === epoch ? cursorSeq : 0);

/** What a recovery finds when it locks the row. */
export interface Claimable {
  readonly epoch: number;
  readonly state: CellState;
  readonly drainedEpoch: number;
  /** Since the last claim; 1e12 when there was none. */
  readonly claimedMsAgo: number;
}

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

export async function lockClaimable(on: Queryable, cell: CellId): Promise<Claimable | null> {
  return (await rows(on, lockForRecovery, [cell.sale, cell.cell]))[0] ?? null;
}

export async function claimEpoch(on: Queryable, cell: CellId, epoch: number): Promise<void> {
  await run(on, claim, [cell.sale, cell.cell, epoch]);
}

/** While a recovery works, so that nobody takes it for stalled. */
export async function renewClaim(on: Queryable, cell: CellId, epoch: number): Promise<void> {
  await run(on, renew, [cell.sale, cell.cell, epoch]);
}

/** After a failure: the next recovery need not wait until ours counts as stalled. */
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

/** @returns false when the claim is no longer ours */
export async function recordOpen(
  on: Queryable,
  cell: CellId,
  claimed: number,
  opened: { protocol: number; shas: Readonly<Record<string, string>> },
): Promise<boolean> {
  const { protocol, shas } = opened;
  return (await run(on, open, [cell.sale, cell.cell, claimed, protocol, shas])) === 1;
}

export async function recordDiverged(on: Queryable, cell: CellId, epoch: number): Promise<void> {
  await run(on, diverged, [cell.sale, cell.cell, epoch]);
}

/** The cells of a sale and their inboxes, in the transaction of its first opening. */
export async function createCells(on: Queryable, sale: string, cells: number): Promise<void> {
  await run(on, create, [sale, cells]);
  await run(on, createInboxes, [sale, cells]);
}
