import type { Pool } from 'pg';
import { cellEpoch } from '../../cell/cell-address.ts';
import type { CellConnections } from '../../cell/connections.ts';
import { epochsLeft, readHead } from '../../cell/cells/older-epochs.ts';
import { readItem, readOutbox } from '../../cell/cells/outbox.ts';
import type { AcknowledgedEntry, HandedHead, Head } from '../../domain/cells/acknowledged-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import { handedEntries, handedEpochs } from '../../ledger/processes/hand-overs.ts';
import type { DrainedItem } from '../../ledger/cells/drained-chain.ts';
import type { Gap } from '../../ledger/cells/gaps.ts';
import { closeDrained, settleDrained } from '../../ledger/cells/settle-drained.ts';
import type { Drained } from '../../ledger/cells/settle-drained.ts';
import type { Gathered } from '../processes/gather-memories.ts';

export interface DrainDeps {
  readonly pool: Pool;
  readonly connections: CellConnections;
}

export interface DrainOptions {
  readonly cell: CellId;
  /** The epoch of the recovery's claim. */
  readonly epoch: number;
  /** Up to this one, every epoch was drained before. */
  readonly drainedEpoch: number;
  /** What processes know, if they were asked; null: they were not. */
  readonly gathered: Gathered | null;
}

const ORDERS = 1_000;
const ENTRIES = 32;

const handedItem = (entry: AcknowledgedEntry): DrainedItem => ({
  ...readItem(entry, entry.orders, entry.body),
  placed: entry.placed,
});

/** The next entries of an epoch after a number, from the outbox and from what was handed over. */
async function nextItems(
  { pool, connections }: DrainDeps,
  cell: CellId,
  epoch: number,
  afterSeq: number,
): Promise<DrainedItem[]> {
  const outbox = await readOutbox(cellEpoch(connections, cell, epoch), {
    afterSeq,
    ordersMax: ORDERS,
  });
  const handed = await handedEntries(pool, cell, { epoch, afterSeq, max: ENTRIES });
  // Beyond the last one of a page that is full, that source may have more.
  const ends = [
    outbox.reduce((sum, { orderCount }) => sum + orderCount, 0) < ORDERS
      ? Infinity
      : lastOf(outbox),
    handed.length < ENTRIES ? Infinity : lastOf(handed),
  ];
  return [...outbox.map((item) => ({ ...item, placed: null })), ...handed.map(handedItem)]
    .filter(({ seq }) => seq <= Math.min(...ends))
    .sort((a, b) => a.seq - b.seq);
}

const lastOf = (items: readonly { readonly seq: number }[]): number => items.at(-1)!.seq;

const headsOf = (gathered: Gathered | null, itemsEpoch: number): readonly HandedHead[] =>
  (gathered?.heads ?? []).filter(({ epoch }) => epoch === itemsEpoch);

/**
 * The last number of an epoch that a process may have told someone of and did not hand over. A
 * process keeps what it told until the ledger has it.
 */
function lastTold(gathered: Gathered | null, itemsEpoch: number): number | null {
  if (!gathered) return null;
  if (gathered.missing.length > 0) return Infinity;
  return Math.max(0, ...headsOf(gathered, itemsEpoch).map(({ settledSeq }) => settledSeq));
}

/** Settles all that is left of one epoch. */
async function drainEpoch(
  deps: DrainDeps,
  { cell, epoch, gathered }: DrainOptions,
  itemsEpoch: number,
): Promise<Drained> {
  const toldUpTo = lastTold(gathered, itemsEpoch);
  const gaps: Gap[] = [];
  let [last, isBroken] = [0, false];
  for (;;) {
    const items = await nextItems(deps, cell, itemsEpoch, last);
    if (items.length === 0) return { gaps, isBroken };
    const request = { cell, epoch, itemsEpoch, items, isBroken, toldUpTo };
    const drained = await settleDrained(deps.pool, request);
    if (typeof drained === 'string') return drained;
    gaps.push(...drained.gaps);
    ({ isBroken } = drained);
    last = lastOf(items);
  }
}

/** The highest number of an epoch that the server or a process knows. */
async function headOf(
  { connections }: DrainDeps,
  { cell, gathered }: DrainOptions,
  itemsEpoch: number,
): Promise<Head | null> {
  const known = [
    await readHead(connections, cell, itemsEpoch),
    ...headsOf(gathered, itemsEpoch),
  ].filter((head) => head !== null);
  return known.toSorted((a, b) => b.seq - a.seq)[0] ?? null;
}

async function epochsToDrain(deps: DrainDeps, options: DrainOptions): Promise<number[]> {
  const { cell, epoch, gathered } = options;
  const found = [
    ...(await epochsLeft(deps.connections, cell, epoch)),
    ...(await handedEpochs(deps.pool, cell, epoch)),
    ...(gathered?.heads ?? []).map((head) => head.epoch).filter((one) => one < epoch),
  ];
  return [...new Set(found)].toSorted((a, b) => a - b);
}

/**
 * Looks at every older epoch of which the server or a process has something: entries that the
 * ledger has are passed over, and the rest is settled or buried. So afterwards nothing is lost when
 * the old keys are freed.
 * @returns `incomplete` when something is missing and the processes were not asked
 */
export async function drainEpochs(deps: DrainDeps, options: DrainOptions): Promise<Drained> {
  const { cell, epoch, drainedEpoch, gathered } = options;
  const epochs = await epochsToDrain(deps, options);
  const mustAsk = gathered === null && !epochs.some((one) => one > drainedEpoch);
  // The state of the epoch that sold last is gone, or another server has it.
  if (mustAsk && drainedEpoch < epoch - 1) return 'incomplete';
  const gaps: Gap[] = [];
  for (const itemsEpoch of epochs) {
    const head = await headOf(deps, options, itemsEpoch);
    const drained = await drainEpoch(deps, options, itemsEpoch);
    if (typeof drained === 'string') return drained;
    gaps.push(...drained.gaps);
    if (!head || drained.isBroken) continue;
    const at = { cell, epoch, itemsEpoch, toldUpTo: lastTold(gathered, itemsEpoch) };
    const closed = await closeDrained(deps.pool, at, head);
    if (typeof closed === 'string') return closed;
    gaps.push(...closed.gaps);
  }
  return { gaps, isBroken: false };
}
