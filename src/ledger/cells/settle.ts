import type { Pool, PoolClient } from 'pg';
import type { OutboxItem } from '../../domain/outbox-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import { recordDiverged } from '../cell-rows.ts';
import { buryIncoming, buryEntry } from './dead-letters.ts';
import { incomingOf, ordersOf } from '../books/incoming.ts';
import type { Incoming } from '../books/incoming.ts';
import { lockOffers } from '../books/return-units.ts';
import { insertIncoming } from './insert-incoming.ts';
import { unlessPoison } from '../poison.ts';
import { settleWithdrawn } from '../books/withdrawals.ts';

export interface SettleRequest {
  readonly cell: CellId;
  /** The epoch the caller believes the cell is in; another is refused. */
  readonly epoch: number;
  /** The epoch the items come from: the same, or an older one that a recovery drains. */
  readonly itemsEpoch: number;
  readonly items: readonly OutboxItem[];
}

export interface SettleResult {
  /** `fenced`: another epoch or state; `diverged`: the chain broke, what came before it settled. */
  readonly status: 'settled' | 'fenced' | 'diverged';
  /** Orders and claims, in both. */
  readonly orders: number;
  readonly buried: number;
  /** A CHECK of the ledger refused what Redis sold: the cell is marked diverged, too. */
  readonly isOverdrawn: boolean;
  /** Cells handed units back: other cells may have to be asked, or given them. */
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

/** The items that follow the cursor without a gap, each naming the tag before it. */
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
 * Counts what a cell handed back, each alone: what the ledger refuses was never asked for, or was
 * sold, and is buried.
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

/** With units handed back, all rows are locked first: offers before allotments, all by key. */
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
 * Settles outbox items once: in one transaction with the cursor, under the cell's row lock. Items
 * already settled are passed over, so overlapping or repeated calls change nothing.
 * @throws what is not poison (an outage, a schema fault): nothing is written, it may be retried
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
    // In this transaction: whoever dies right after it leaves a cell that no longer sells.
    const isWrong = isBroken || done.isOverdrawn;
    if (isWrong && !isDraining) await recordDiverged(client, cell, epoch);
    return { status: isBroken ? 'diverged' : 'settled', ...done };
  });
}
