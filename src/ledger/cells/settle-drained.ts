import type { Pool, PoolClient } from 'pg';
import type { Head } from '../../domain/cells/acknowledged-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { lockClaimable } from '../cell-rows.ts';
import { buryUndrained } from './dead-letters.ts';
import { dropUntold } from './drop-untold.ts';
import { chainAfter } from './drained-chain.ts';
import type { Chain, DrainedItem, Position, Stretch } from './drained-chain.ts';
import { lastUnknownGap, ordersKnown, recordGap, resolveGaps, takeGapsAfter } from './gaps.ts';
import type { Gap, ToldGaps } from './gaps.ts';
import { moveCursorTo, settleEntries } from './settle.ts';

export interface DrainRequest {
  readonly cell: CellId;
  /** The epoch of the recovery's claim. */
  readonly epoch: number;
  /** The epoch of the items, an older one. */
  readonly itemsEpoch: number;
  /** Ascending. The ledger may have some of them. */
  readonly items: readonly DrainedItem[];
  /** Items before these did not continue the epoch, so these do not either. */
  readonly isBroken: boolean;
  /**
   * Up to this number, somebody may have been told that its orders are placed and nobody handed it
   * over; null: processes were not asked.
   */
  readonly toldUpTo: number | null;
  /** Processes and records were asked: what is missing here is missing for good. */
  readonly isAll: boolean;
}

/**
 * `fenced`: another recovery has the claim · `incomplete`: entries are missing or cannot be read,
 * and there is someone who was not asked yet. Nothing was written in either case.
 */
export type Drained = 'fenced' | 'incomplete' | DrainedEntries;

/** What became of entries of an older epoch. */
export interface DrainedEntries {
  /** Numbers that nobody has, and that somebody may have been told of. */
  readonly gaps: readonly Gap[];
  readonly isBroken: boolean;
  /** The number of orders and claims that settled. */
  readonly settled: number;
  /** How many became dead letters. */
  readonly buried: number;
}

const entriesUnder = query<Position>('cells/settle/entries-under');
const lastEntry = query<Position>('cells/settle/last-entry');
const dropHanded = query('processes/hand-overs/drop-entries');
const NO_GAPS: DrainedEntries = { gaps: [], isBroken: false, settled: 0, buried: 0 };
const NOTHING: Position = { seq: 0, tag: '' };

async function isOurs(client: PoolClient, cell: CellId, epoch: number): Promise<boolean> {
  const now = await lockClaimable(client, cell);
  return now?.epoch === epoch && now.state === 'recovering';
}

/** The last entry of an epoch that the ledger has; seq 0: none. */
export const positionOf = async (on: Queryable, { sale, cell }: CellId, epoch: number) =>
  (await rows(on, lastEntry, [sale, cell, epoch]))[0] ?? NOTHING;

interface Sorted {
  readonly position: Position;
  /** After the last settled entry. */
  readonly later: readonly DrainedItem[];
  /** Under numbers that were missing. */
  readonly missed: readonly DrainedItem[];
  /** Under numbers that another entry has. */
  readonly twice: readonly DrainedItem[];
}

async function sort(
  client: PoolClient,
  { cell, itemsEpoch, items }: DrainRequest,
): Promise<Sorted> {
  const position = await positionOf(client, cell, itemsEpoch);
  const at = [cell.sale, cell.cell, itemsEpoch, items.map(({ seq }) => seq)];
  const tags = new Map((await rows(client, entriesUnder, at)).map(({ seq, tag }) => [seq, tag]));
  const earlier = items.filter(({ seq }) => seq <= position.seq);
  return {
    position,
    later: items.filter(({ seq }) => seq > position.seq),
    missed: earlier.filter(({ seq }) => !tags.has(seq)),
    twice: earlier.filter(({ seq, tag }) => tags.has(seq) && tags.get(seq) !== tag),
  };
}

/** Records numbers that nobody has. @returns the gap, if somebody may have been told of it */
async function record(
  client: PoolClient,
  { cell, toldUpTo }: Pick<DrainRequest, 'cell' | 'toldUpTo'>,
  gap: Gap,
): Promise<Gap[]> {
  const isLost = gap.firstSeq <= toldUpTo!;
  await recordGap(client, cell, gap, isLost);
  return isLost ? [gap] : [];
}

/** Records what is left of a gap that an earlier recovery told, now that a part of it was found. */
async function recordRest(
  client: PoolClient,
  { cell, itemsEpoch }: DrainRequest,
  told: ToldGaps,
): Promise<void> {
  const { seq: last } = await positionOf(client, cell, itemsEpoch);
  if (told.lastSeq <= last) return;
  const orders = told.placed - (await ordersKnown(client, cell, itemsEpoch));
  const rest = { epoch: itemsEpoch, firstSeq: last + 1, lastSeq: told.lastSeq, orders };
  await recordGap(client, cell, rest, told.isLost);
}

/** Records the numbers between the last settled entry and the next one. */
async function recordGapBefore(
  client: PoolClient,
  request: DrainRequest,
  next: DrainedItem,
): Promise<Gap[]> {
  const { cell, itemsEpoch } = request;
  const { seq: last } = await positionOf(client, cell, itemsEpoch);
  const known = await ordersKnown(client, cell, itemsEpoch);
  const orders = next.placed === null ? null : next.placed - next.orderCount - known;
  const gap = { epoch: itemsEpoch, firstSeq: last + 1, lastSeq: next.seq - 1, orders };
  return record(client, request, gap);
}

async function settleStretch(
  client: PoolClient,
  request: DrainRequest,
  { isAfterGap, items }: Stretch,
) {
  const gaps = isAfterGap ? await recordGapBefore(client, request, items[0]!) : [];
  const done = await settleEntries(client, request.cell, request.itemsEpoch, items);
  await moveCursorTo(client, request.cell, request.itemsEpoch, items.at(-1)!);
  return { gaps, settled: done.orders, buried: done.buried };
}

/** Those among some gaps that no earlier recovery told. */
function notTold(gaps: readonly Gap[], told: ToldGaps | null): Gap[] {
  const isTold = ({ lastSeq }: Gap) => told?.isLost && lastSeq <= told.lastSeq;
  return gaps.filter((gap) => gap.orders !== 0 && !isTold(gap));
}

async function settleSorted(
  client: PoolClient,
  request: DrainRequest,
  { position: { seq: last }, missed, twice }: Sorted,
  { stretches, aside, isBroken }: Chain,
): Promise<Drained> {
  const { cell, itemsEpoch, items } = request;
  const told = stretches.length > 0 ? await takeGapsAfter(client, cell, itemsEpoch, last) : null;
  const gaps: Gap[] = [];
  let [settled, buried] = [0, 0];
  for (const stretch of stretches) {
    const done = await settleStretch(client, request, stretch);
    gaps.push(...done.gaps);
    settled += done.settled;
    buried += done.buried;
  }
  if (told) await recordRest(client, request, told);
  if (missed.length > 0) {
    const done = await settleEntries(client, cell, itemsEpoch, missed);
    settled += done.orders;
    buried += done.buried;
  }
  await resolveGaps(client, cell);
  buried += await buryUndrained(client, cell, itemsEpoch, [...twice, ...aside]);
  const [seqs, tags] = [items.map(({ seq }) => seq), items.map(({ tag }) => tag)];
  await run(client, dropHanded, [cell.sale, cell.cell, itemsEpoch, seqs, tags]);
  return { gaps: notTold(gaps, told), isBroken, settled, buried };
}

/** No number is missing, and every entry can be read. */
const isWhole = ({ stretches, isBroken }: Chain): boolean =>
  !isBroken &&
  stretches.every(({ isAfterGap, items }) => !isAfterGap && items.every(({ entry }) => entry));

/**
 * Settles entries of an older epoch while a recovery has the cell. Those that the ledger has are
 * passed over. Those that do not continue the epoch are buried, order by order. Numbers that nobody
 * has become gaps.
 * @throws on anything but poison: nothing is written; retry
 */
export function settleDrained(pool: Pool, asked: DrainRequest): Promise<Drained> {
  return transaction(pool, async (client) => {
    if (!(await isOurs(client, asked.cell, asked.epoch))) return 'fenced';
    const request = { ...asked, items: await dropUntold(client, asked) };
    const sorted = await sort(client, request);
    const chain = chainAfter(sorted.position, sorted.later, request.isBroken);
    if (!isWhole(chain) && !request.isAll) return 'incomplete';
    return settleSorted(client, request, sorted, chain);
  });
}

/**
 * Compares the end of a drained epoch with the last number that anyone knows of it.
 * @param toldUpTo as for `settleDrained`
 */
export function closeDrained(
  pool: Pool,
  { cell, epoch, itemsEpoch, toldUpTo, isAll }: Omit<DrainRequest, 'items' | 'isBroken'>,
  head: Head,
): Promise<Drained> {
  return transaction(pool, async (client) => {
    if (!(await isOurs(client, cell, epoch))) return 'fenced';
    const { seq: last } = await positionOf(client, cell, itemsEpoch);
    const beyond = { epoch: itemsEpoch, firstSeq: last + 1, lastSeq: head.seq };
    const unknown = await lastUnknownGap(client, cell, itemsEpoch);
    const open = head.seq > last ? beyond : unknown;
    if (!open) return NO_GAPS;
    if (!isAll) return 'incomplete';
    const orders = head.placed - (await ordersKnown(client, cell, itemsEpoch));
    if (orders <= 0) return NO_GAPS;
    const gaps = await record(client, { cell, toldUpTo }, { ...open, orders });
    return { ...NO_GAPS, gaps };
  });
}

/** Records that orders behind the last settled entry may be lost, and nobody knows how many. */
export function recordUnknownLoss(
  pool: Pool,
  { cell, epoch, itemsEpoch }: Pick<DrainRequest, 'cell' | 'epoch' | 'itemsEpoch'>,
): Promise<Gap[]> {
  return transaction(pool, async (client) => {
    if (!(await isOurs(client, cell, epoch))) return [];
    const { seq } = await positionOf(client, cell, itemsEpoch);
    const gap = { epoch: itemsEpoch, firstSeq: seq + 1, lastSeq: seq + 1, orders: null };
    await recordGap(client, cell, gap, true);
    return [gap];
  });
}
