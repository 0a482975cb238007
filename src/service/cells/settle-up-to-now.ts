import type { CellAddress } from '../../cell/cell-address.ts';
import type { SaleId } from '../../domain/ids.ts';
import { findCursor, settledSeq } from '../../ledger/cell-rows.ts';
import { within } from '../../platform/deadline.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { unlessLater } from '../../platform/is-away.ts';
import { askNumbers } from './cell-standings.ts';
import { settleCell } from './settle-cell.ts';
import type { SettleDeps } from './settle-cell.ts';

const SETTLED_WITHIN_MS = 1_500;
const LANES = 8;

/** Settles a cell up to the last entry that it had when it was asked. */
async function settleUpToLast(deps: SettleDeps, cell: CellAddress): Promise<boolean> {
  const said = await askNumbers(cell);
  if (typeof said === 'string') return false;
  for (;;) {
    const settled = await settleCell(deps, cell.id, 1);
    if (settled !== 'more') return settled === 'idle';
    const cursor = await findCursor(deps.pool, cell.id);
    if (cursor && settledSeq(cursor, cell.epoch) >= said.seq) return true;
  }
}

/**
 * Lets the ledger know everything that the cells of a sale did before the call. What they do
 * meanwhile does not prolong it.
 * @returns false: a cell is away, or has too much to settle in 1.5 s
 */
export async function settleUpToNow(deps: SettleDeps, sale: SaleId): Promise<boolean> {
  let isSettled = true;
  await inParallel(deps.directory.sale(sale)?.cells ?? [], LANES, async (cell) => {
    const settled = within(SETTLED_WITHIN_MS, () => settleUpToLast(deps, cell));
    if ((await unlessLater(settled)) !== true) isSettled = false;
  });
  return isSettled;
}
