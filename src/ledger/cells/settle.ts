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
  /** The epoch that the caller believes the cell is in. If it is wrong, nothing settles. */
  readonly epoch: number;
  /** The epoch of the items: the same one, or an older one that a recovery drains. */
  readonly itemsEpoch: number;
  readonly items: readonly OutboxItem[];
}

export interface SettleResult {
  /** `fenced`: wrong epoch or state; `diverged`: the chain broke, the items before that settled. */
  readonly status: 'settled' | 'fenced' | 'diverged';
  /** The number of orders and claims that settled. */
  readonly orders: number;
  /** The number of orders, claims, unreadable entries and withdrawals that were buried. */
  readonly buried: number;
  /** A CHECK of the ledger refused what Redis sold. The cell is marked as diverged, too. */
  readonly isOverdrawn: boolean;
  /** The cell handed units back: the caller may now give them to other cells, or ask those too. */
  readonly hasWithdrawn: boolean;
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
function chained(row: CellRow, { itemsEpoch, items }: SettleRequest) {
  const isSameEpoch = row.cursor_epoch === itemsEpoch;
  let seq = isSameEpoch ? row.cursor_seq : 0;
  let tag = isSameEpoch ? row.cursor_tag : '';
  const following: OutboxItem[] = [];
  for (const item of items) {
    const isIssuedAgain = item.seq === seq && item.tag !== tag;
    if (item.seq <= seq && following.length === 0 && !isIssuedAgain) continue;
    if (item.seq !== seq + 1 || item.prev !== tag) return { following, isBroken: true };
    following.push(item);
    ({ seq, tag } = item);
  }
  return { following, isBroken: false };
}

async function recordEntries(
  client: PoolClient,
  { cell, itemsEpoch }: SettleRequest,
  items: readonly OutboxItem[],
): Promise<void> {
  const last = items.at(-1)!;
  const counts = items.map((item) => item.orderCount);
  const where = [cell.sale, cell.cell, itemsEpoch];
  await run(client, insertEntries, [
    ...where,
    items.map((item) => item.seq),
    items.map((item) => item.tag),
    items.map((item) => item.prev),
    counts,
  ]);
  const orders = counts.reduce((sum, count) => sum + count, 0);
  await run(client, moveCursor, [...where, last.seq, last.tag, orders]);
}

const readWithdrawn = (items: readonly OutboxItem[]) =>
  items.filter((item) => item.entry?.withdrawn);

/**
 * Counts the withdrawals that a cell handed back, one by one. A withdrawal that the ledger refuses
 * is buried: its units were never asked for, or are sold.
 * @returns how many were refused
 */
async function settleAllWithdrawn(
  client: PoolClient,
  { cell, itemsEpoch }: SettleRequest,
  items: readonly OutboxItem[],
): Promise<number> {
  let refused = 0;
  for (const item of items) {
    const from = { epoch: itemsEpoch, seq: item.seq };
    const fault = await unlessPoison(client, () =>
      settleWithdrawn(client, cell, item.entry!.withdrawn!, from),
    );
    if (!fault) continue;
    refused += 1;
    await buryEntry(client, cell, itemsEpoch, { ...item, fault: fault.reason });
  }
  return refused;
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

async function settleChained(
  client: PoolClient,
  request: SettleRequest,
  items: readonly OutboxItem[],
): Promise<Omit<SettleResult, 'status'>> {
  const { cell, itemsEpoch } = request;
  const withdrawn = readWithdrawn(items);
  const offers = withdrawn.flatMap(({ entry }) => entry!.withdrawn!.units.map(([offer]) => offer));
  const orders = items.flatMap((item) => (item.entry ? incomingOf(cell, item.entry) : []));
  if (withdrawn.length > 0) await lockAll(client, cell, offers, orders);
  const poison = await insertIncoming(client, cell, itemsEpoch, orders);
  for (const { incoming, sqlstate, reason } of poison) {
    await buryIncoming(client, cell, itemsEpoch, incoming, { sqlstate, reason });
  }
  const refused = await settleAllWithdrawn(client, request, withdrawn);
  const unreadable = items.filter((item) => item.entry === null);
  for (const item of unreadable) await buryEntry(client, cell, itemsEpoch, item);
  await recordEntries(client, request, items);
  return {
    orders: orders.length - poison.length,
    buried: poison.length + unreadable.length + refused,
    isOverdrawn: refused > 0 || poison.some(({ sqlstate }) => sqlstate === CHECK_VIOLATION),
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
  const { cell, epoch, itemsEpoch } = request;
  return transaction(pool, async (client) => {
    const [row] = await rows(client, lockCell, [cell.sale, cell.cell]);
    const isDraining = itemsEpoch !== epoch;
    const state = isDraining ? 'recovering' : 'open';
    if (row?.epoch !== epoch || row.state !== state) return { status: 'fenced', ...nothing };
    const { following, isBroken } = chained(row, request);
    const done = following.length > 0 ? await settleChained(client, request, following) : nothing;
    // In this transaction, so that a process that dies after it leaves a cell that sells nothing.
    const isWrong = isBroken || done.isOverdrawn;
    if (isWrong && !isDraining) await recordDiverged(client, cell, epoch);
    return { status: isBroken ? 'diverged' : 'settled', ...done };
  });
}
