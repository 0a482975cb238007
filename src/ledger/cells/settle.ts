import type { Pool, PoolClient } from 'pg';
import type { OutboxItem } from '../../domain/outbox-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import { recordDiverged } from '../cell-rows.ts';
import { buryIncoming, buryEntry } from './dead-letters.ts';
import { incomingOf, ordersOf } from '../books/incoming-orders.ts';
import type { Incoming } from '../books/incoming-orders.ts';
import { lockOffers } from '../books/return-units.ts';
import { insertIncoming } from './insert-incoming-orders.ts';
import { unlessPoison } from '../poison.ts';
import { settleWithdrawn } from '../books/withdrawals.ts';

export interface SettleRequest {
  readonly cell: CellId;
  /** The epoch of the items. If the cell is in another, or not open, nothing settles. */
  readonly epoch: number;
  readonly items: readonly OutboxItem[];
}

/** What became of some entries. */
export interface SettledEntries {
  /** The number of orders and claims that settled. */
  readonly orders: number;
  /** How many orders, claims, unreadable entries and withdrawals became dead letters. */
  readonly buried: number;
  /** A CHECK of the ledger refused what Redis sold. The cell is marked as diverged, too. */
  readonly isOverdrawn: boolean;
  /** The cell handed units back: the caller may now give them to other cells, or ask those too. */
  readonly hasWithdrawn: boolean;
}

export interface SettleResult extends SettledEntries {
  /** `fenced`: wrong epoch or state; `diverged`: the chain broke, the items before that settled. */
  readonly status: 'settled' | 'fenced' | 'diverged';
}

interface CellRow {
  epoch: number;
  state: string;
  cursor_epoch: number;
  cursor_seq: number;
  cursor_tag: string;
}

const CHECK_VIOLATION = '23514';
const lockCell = query<CellRow>('cells/settle/lock-cell');
const lockAllotments = query('books/allotments/lock');
const insertEntries = query('cells/settle/insert-entries');
const moveCursor = query('cells/settle/move-cursor');

/** The items that follow the cursor without a gap, each with the tag of the one before it. */
function chained(row: CellRow, { epoch, items }: SettleRequest) {
  const isSameEpoch = row.cursor_epoch === epoch;
  let seq = isSameEpoch ? row.cursor_seq : 0;
  let tag = isSameEpoch ? row.cursor_tag : '';
  const following: OutboxItem[] = [];
  for (const item of items) {
    const isIssuedAgain = item.seq === seq && item.tag !== tag;
    if (item.seq <= seq && following.length === 0 && !isIssuedAgain) continue;
    const isNext = item.seq === seq + 1 && item.prev === tag;
    // A recovery finds the orders of an entry that cannot be read elsewhere.
    if (!isNext || !item.entry) return { following, isBroken: true };
    following.push(item);
    ({ seq, tag } = item);
  }
  return { following, isBroken: false };
}

async function recordEntries(
  client: PoolClient,
  { sale, cell }: CellId,
  epoch: number,
  items: readonly OutboxItem[],
): Promise<void> {
  await run(client, insertEntries, [
    ...[sale, cell, epoch],
    items.map((item) => item.seq),
    items.map((item) => item.tag),
    items.map((item) => item.prev),
    items.map((item) => item.orderCount),
  ]);
}

/**
 * Moves the cursor to the last of some items, in the transaction that settles them.
 * @param orders in the items
 */
export async function moveCursorTo(
  client: PoolClient,
  { sale, cell }: CellId,
  epoch: number,
  { seq, tag }: OutboxItem,
  orders = 0,
): Promise<void> {
  await run(client, moveCursor, [sale, cell, epoch, seq, tag, orders]);
}

const readWithdrawn = (items: readonly OutboxItem[]) =>
  items.filter((item) => item.entry?.withdrawn);

/**
 * Counts the withdrawals that a cell handed back, one by one. A withdrawal that the ledger refuses
 * is buried: its units were never asked for, or are sold.
 * @returns how many were refused, and how many of them became dead letters: each does only once
 */
async function settleAllWithdrawn(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  items: readonly OutboxItem[],
): Promise<{ refused: number; buried: number }> {
  let [refused, buried] = [0, 0];
  for (const item of items) {
    const from = { epoch, seq: item.seq };
    const fault = await unlessPoison(client, () =>
      settleWithdrawn(client, cell, item.entry!.withdrawn!, from),
    );
    if (!fault) continue;
    refused += 1;
    buried += await buryEntry(client, cell, epoch, { ...item, fault: fault.reason });
  }
  return { refused, buried };
}

/** When a cell hands units back, locks all rows first: offers before allotments, each by key. */
async function lockAll(
  client: PoolClient,
  { sale, cell }: CellId,
  withdrawn: readonly string[],
  incoming: readonly Incoming[],
): Promise<void> {
  await lockOffers(client, sale, withdrawn);
  const taken = ordersOf(incoming).flatMap(({ lines }) => lines.map(({ offer }) => offer));
  await rows(client, lockAllotments, [sale, cell, [...new Set([...withdrawn, ...taken])]]);
}

/**
 * Settles entries of one epoch, in the caller's transaction. Poison is buried. The caller moves the
 * cursor.
 */
export async function settleEntries(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  items: readonly OutboxItem[],
): Promise<SettledEntries> {
  const withdrawn = readWithdrawn(items);
  const offers = withdrawn.flatMap(({ entry }) => entry!.withdrawn!.units.map(([offer]) => offer));
  const orders = items.flatMap((item) => (item.entry ? incomingOf(cell, item.entry) : []));
  if (withdrawn.length > 0) await lockAll(client, cell, offers, orders);
  const poison = await insertIncoming(client, cell, epoch, orders);
  const back = await settleAllWithdrawn(client, cell, epoch, withdrawn);
  let { buried } = back;
  for (const { incoming, sqlstate, reason } of poison) {
    buried += await buryIncoming(client, cell, epoch, incoming, { sqlstate, reason });
  }
  const unreadable = items.filter((item) => item.entry === null);
  for (const item of unreadable) buried += await buryEntry(client, cell, epoch, item);
  await recordEntries(client, cell, epoch, items);
  return {
    orders: orders.length - poison.length,
    buried,
    isOverdrawn: back.refused > 0 || poison.some(({ sqlstate }) => sqlstate === CHECK_VIOLATION),
    hasWithdrawn: withdrawn.length > 0,
  };
}

/**
 * Settles outbox items, each once: in one transaction with the cursor, under the lock of the cell's
 * row. Settled items are passed over, so a repeated or overlapping call changes nothing.
 * @throws on anything but poison (an outage, a schema fault): nothing is written; retry
 */
export function settleItems(pool: Pool, request: SettleRequest): Promise<SettleResult> {
  const nothing = { orders: 0, buried: 0, isOverdrawn: false, hasWithdrawn: false };
  const { cell, epoch } = request;
  return transaction(pool, async (client) => {
    const [row] = await rows(client, lockCell, [cell.sale, cell.cell]);
    if (row?.epoch !== epoch || row.state !== 'open') return { status: 'fenced', ...nothing };
    const { following, isBroken } = chained(row, request);
    const last = following.at(-1);
    const done = last ? await settleEntries(client, cell, epoch, following) : nothing;
    const orders = following.reduce((sum, { orderCount }) => sum + orderCount, 0);
    if (last) await moveCursorTo(client, cell, epoch, last, orders);
    // In this transaction, so that a process that dies after it leaves a cell that sells nothing.
    if (isBroken || done.isOverdrawn) await recordDiverged(client, cell, epoch);
    return { status: isBroken ? 'diverged' : 'settled', ...done };
  });
}
