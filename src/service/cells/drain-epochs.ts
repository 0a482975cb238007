import { epochsLeft, readHead } from '../../cell/cells/older-epochs.ts';
import type { HandedHead } from '../../domain/cells/acknowledged-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import type { Gap } from '../../ledger/cells/gaps.ts';
import {
  closeDrained,
  positionOf,
  recordUnknownLoss,
  settleDrained,
} from '../../ledger/cells/settle-drained.ts';
import type { DrainedEntries } from '../../ledger/cells/settle-drained.ts';
import { handedEpochs } from '../../ledger/processes/hand-overs.ts';
import type { Gathered } from '../processes/gather-memories.ts';
import { nextItems, recordsAfter } from './drained-items.ts';
import type { DrainDeps } from './drained-items.ts';

export interface DrainOptions {
  readonly cell: CellId;
  /** The epoch of the recovery's claim. */
  readonly epoch: number;
  /** Up to this one, every epoch was drained before. */
  readonly drainedEpoch: number;
  /** The epoch in which the cell sold last; 0: it was never open, or nobody knows. */
  readonly openedEpoch: number;
  /** What processes know, if they were asked; null: they were not. */
  readonly gathered: Gathered | null;
  /** Entries that are gone or cannot be read are looked for in the records of shoppers. */
  readonly isLast: boolean;
}

export interface DrainEpochsDeps extends DrainDeps {
  /** Told after each commit: numbers that nobody has, and that somebody may have been told of. */
  readonly onGaps: (gaps: readonly Gap[]) => void;
}

/** `fenced`: another recovery has the claim · `incomplete`: there is someone who was not asked. */
export type DrainOutcome = 'drained' | 'fenced' | 'incomplete';

const handedHeads = (gathered: Gathered | null, itemsEpoch: number): readonly HandedHead[] =>
  (gathered?.heads ?? []).filter(({ epoch }) => epoch === itemsEpoch);

/** What the server and processes know of the end of an epoch. */
async function headsOf(
  { connections }: DrainDeps,
  { cell, gathered }: DrainOptions,
  itemsEpoch: number,
): Promise<HandedHead[]> {
  const onServer = await readHead(connections, cell, itemsEpoch);
  return [...handedHeads(gathered, itemsEpoch), ...(onServer ? [onServer] : [])];
}

/**
 * The last number of an epoch that somebody may have told a shopper of and did not hand over. A
 * process keeps what it told until the ledger has it.
 */
function lastTold({ gathered }: DrainOptions, heads: readonly HandedHead[]): number | null {
  if (!gathered) return null;
  if (gathered.missing.length > 0) return Infinity;
  return Math.max(0, ...heads.map(({ settledSeq }) => settledSeq));
}

/** Tells what a commit did, at once: what comes next may fail. */
function tell({ onGaps, onSettled }: DrainEpochsDeps, drained: DrainedEntries): void {
  if (drained.settled + drained.buried > 0) onSettled(drained.settled, drained.buried);
  onGaps(drained.gaps);
}

/** Settles all that is left of one epoch. @returns whether nothing continued it any more */
async function drainEpoch(
  deps: DrainEpochsDeps,
  { cell, epoch, isLast }: DrainOptions,
  itemsEpoch: number,
  toldUpTo: number | null,
): Promise<{ isBroken: boolean } | 'fenced' | 'incomplete'> {
  const { seq: settled } = await positionOf(deps.pool, cell, itemsEpoch);
  const records = isLast ? await recordsAfter(deps, cell, itemsEpoch, settled) : null;
  let [last, isBroken] = [0, false];
  for (;;) {
    const page = { epoch: itemsEpoch, afterSeq: last, records };
    const items = await nextItems(deps, cell, page);
    if (items.length === 0) return { isBroken };
    const request = { cell, epoch, itemsEpoch, items, isBroken, toldUpTo, isAll: isLast };
    const drained = await settleDrained(deps.pool, request);
    if (typeof drained === 'string') return drained;
    tell(deps, drained);
    ({ isBroken } = drained);
    last = items.at(-1)!.seq;
  }
}

/** True when the server has the state of the epoch that sold last. */
async function hasLastState(
  { connections }: DrainDeps,
  { cell, drainedEpoch }: DrainOptions,
  left: readonly number[],
): Promise<boolean> {
  for (const one of left) {
    if (one > drainedEpoch && (await readHead(connections, cell, one))) return true;
  }
  return false;
}

async function epochsToDrain(
  deps: DrainDeps,
  { cell, epoch, gathered }: DrainOptions,
  left: readonly number[],
): Promise<number[]> {
  const found = [
    ...left,
    ...(await handedEpochs(deps.pool, cell, epoch)),
    ...(gathered?.heads ?? []).map((head) => head.epoch).filter((one) => one < epoch),
  ];
  return [...new Set(found)].toSorted((a, b) => a - b);
}

/**
 * The state of the epoch that sold last is gone, a process that acknowledged orders did not hand
 * over, and nobody knows the last number: something may be lost, and nobody can say how much.
 */
async function noteLossOfUnknownSize(
  { pool, onGaps }: DrainEpochsDeps,
  { cell, epoch, openedEpoch, gathered }: DrainOptions,
): Promise<void> {
  const isKnown = handedHeads(gathered, openedEpoch).length > 0;
  if (isKnown || openedEpoch === 0 || gathered!.missing.length === 0) return;
  onGaps(await recordUnknownLoss(pool, { cell, epoch, itemsEpoch: openedEpoch }));
}

/**
 * Looks at every older epoch of which the server or a process has something: entries that the
 * ledger has are passed over, and the rest is settled or buried. So afterwards nothing is lost when
 * the old keys are freed.
 */
export async function drainEpochs(
  deps: DrainEpochsDeps,
  options: DrainOptions,
): Promise<DrainOutcome> {
  const { cell, epoch, drainedEpoch, gathered } = options;
  const left = await epochsLeft(deps.connections, cell, { before: epoch, drainedEpoch });
  const isStateGone = drainedEpoch < epoch - 1 && !(await hasLastState(deps, options, left));
  if (isStateGone && gathered === null) return 'incomplete';
  if (isStateGone) await noteLossOfUnknownSize(deps, options);
  for (const itemsEpoch of await epochsToDrain(deps, options, left)) {
    const heads = await headsOf(deps, options, itemsEpoch);
    const toldUpTo = lastTold(options, heads);
    const drained = await drainEpoch(deps, options, itemsEpoch, toldUpTo);
    if (typeof drained === 'string') return drained;
    const [head] = heads.toSorted((one, other) => other.seq - one.seq);
    if (!head || drained.isBroken) continue;
    const at = { cell, epoch, itemsEpoch, toldUpTo, isAll: options.isLast };
    const closed = await closeDrained(deps.pool, at, head);
    if (typeof closed === 'string') return closed;
    tell(deps, closed);
  }
  return 'drained';
}
