import type { CellAddress } from '../../cell/cell-address.ts';
import { readOutbox } from '../../cell/cells/outbox.ts';
import { readNumbers } from '../../cell/cells/snapshot.ts';
import type { CellNumbers } from '../../cell/cells/snapshot.ts';
import { settledSeq } from '../../ledger/cell-rows.ts';
import type { CellStanding } from '../../ledger/sale-status.ts';
import { within } from '../../platform/deadline.ts';
import { unlessAway } from '../../platform/is-away.ts';

/** A cell that hangs must not make its caller hang. */
const ANSWER_MS = 1_000;

/** Why a cell tells nothing of itself, in the words of a table for people. */
export const SILENT_BECAUSE = {
  new: 'not opened',
  recovering: 'recovering',
  diverged: 'diverged',
  other_release: 'with another release',
  no_answer: 'no answer',
  lost: 'lost',
  damaged: 'damaged',
} as const;
export type Silence = keyof typeof SILENT_BECAUSE;

/** @returns what a cell tells of itself, or why it tells nothing, after a second at the latest */
export async function askNumbers(cell: CellAddress): Promise<CellNumbers | Silence> {
  if (!cell.isOurProtocol) return 'other_release';
  if (cell.state !== 'open') return cell.state;
  const answer = await unlessAway(within(ANSWER_MS, () => readNumbers(cell)));
  if (answer === 'away') return 'no_answer';
  if (answer.word === 'read') return answer;
  return answer.word === 'damaged' ? 'damaged' : 'lost';
}

export interface AskedCell {
  readonly cell: CellAddress;
  readonly said: CellNumbers | Silence;
}

/** A cell that is not open in the ledger, or does not answer. */
export interface AwayCell {
  readonly cell: CellAddress;
  readonly why: Silence;
  /** Since when the ledger has it as not open; null when it is open there. */
  readonly sinceMs: number | null;
}

/** What the ledger has not settled of a cell, and what the cell has not applied. */
export interface BehindCell {
  readonly cell: CellAddress;
  readonly entries: number;
  readonly orders: number;
  /** When its first unsettled entry was written; null when that cannot be read. */
  readonly unsettledSinceMs: number | null;
  readonly instructions: number;
}

/** When the first entry after a number was written; null when that cannot be read. */
async function writtenAtMs(cell: CellAddress, afterSeq: number): Promise<number | null> {
  const range = { afterSeq, untilSeq: afterSeq + 1, ordersMax: 1 };
  const [item] = await within(ANSWER_MS, () => readOutbox(cell, range)).catch(() => []);
  return item?.entry?.atMs ?? null;
}

/** Compares a cell with what the ledger knew of it after the cell was asked. */
export async function compareStanding(
  { cell, said }: AskedCell,
  standing: CellStanding,
): Promise<AwayCell | BehindCell> {
  const { awaySinceMs: sinceMs, state } = standing;
  if (typeof said === 'string') return { cell, why: said, sinceMs };
  if (state !== 'open') return { cell, why: state, sinceMs };
  // It was recovered since this process heard of it last, so the answer is that of an old epoch.
  if (standing.epoch !== cell.epoch) return { cell, why: 'recovering', sinceMs };
  const settled = settledSeq(standing, cell.epoch);
  const entries = Math.max(0, said.seq - settled);
  return {
    cell,
    entries,
    // One of them may hold what the cell handed back, and no order.
    orders: Math.max(0, said.placed - standing.settledOrders),
    unsettledSinceMs: entries > 0 ? await writtenAtMs(cell, settled) : null,
    instructions: Math.max(0, standing.lastInstruction - said.inbox),
  };
}
