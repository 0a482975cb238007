import type { OfferId, SaleId } from '../../domain/ids.ts';
import { alignOneCap } from '../../ledger/terms/align-caps.ts';
import { cellsStillAsked } from '../../ledger/books/withdrawals.ts';
import { within } from '../../platform/deadline.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { unlessLater } from '../../platform/is-away.ts';
import { poolAfterCommit } from './apply-change-to-cells.ts';
import type { ApplyDeps, Changed } from './apply-change-to-cells.ts';
import { settleCell } from './settle-cell.ts';

/** How long an answer waits for cells to hand back what they were asked for. */
const HANDED_BACK_WITHIN_MS = 1_500;
const PAUSE_MS = 20;
const LANES = 8;

/** Settles the cells that were asked, asks others for what those did not have, and so on. */
async function untilHandedBack(
  deps: ApplyDeps,
  sale: SaleId,
  offer: OfferId | null,
): Promise<readonly number[]> {
  const deadlineMs = deps.time.monotonic() + HANDED_BACK_WITHIN_MS;
  const settle = (cell: number) =>
    within(HANDED_BACK_WITHIN_MS, () => settleCell(deps, { sale, cell }, 1));
  const settleCells = (cells: readonly number[]) =>
    inParallel(cells, LANES, (cell) => unlessLater(settle(cell)));
  const stillAsked = () => cellsStillAsked(poolAfterCommit(deps), sale, offer);
  for (;;) {
    const asked = await stillAsked();
    if (asked.length === 0 || deps.time.monotonic() >= deadlineMs) return asked;
    await settleCells(asked);
    // Another cell may be asked now, or be given what came back beyond the cut.
    if (offer !== null) await unlessLater(alignOneCap(deps.pool, sale, offer));
    await settleCells(await stillAsked());
    await deps.time.sleep(PAUSE_MS);
  }
}

/**
 * Waits, 1.5 s at most, for what a change asked cells to hand back.
 * @param offer null: any
 * @returns the change with the cells that have not handed it back yet among its pending ones
 */
export async function awaitWithdrawals<Answer extends Changed>(
  deps: ApplyDeps,
  sale: SaleId,
  offer: OfferId | null,
  changed: Answer,
): Promise<Answer> {
  const asked = await untilHandedBack(deps, sale, offer);
  const pendingCells = [...new Set([...changed.pendingCells, ...asked])].sort((a, b) => a - b);
  return { ...changed, pendingCells };
}
