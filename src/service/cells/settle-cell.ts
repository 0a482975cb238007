import { cellEpoch } from '../../cell/cell-address.ts';
import type { CellConnections } from '../../cell/connections.ts';
import { readOutbox } from '../../cell/cells/outbox.ts';
import type { CellId } from '../../domain/ids.ts';
import { findCursor, settledSeq } from '../../ledger/cell-rows.ts';
import type { Cursor } from '../../ledger/cell-rows.ts';
import { settleItems } from '../../ledger/cells/settle.ts';
import { bringUpToDate } from './bring-cell-up-to-date.ts';
import type { UpToDateDeps } from './bring-cell-up-to-date.ts';
import type { Seen } from './claim-cell.ts';

export interface SettleDeps extends UpToDateDeps {
  readonly connections: CellConnections;
  /** Told after each commit: orders settled, orders and entries buried. */
  readonly onSettled: (settled: number, buried: number) => void;
  /** Told after each commit in which a cell handed units back. */
  readonly onWithdrawn?: () => void;
}

/**
 * `idle`: nothing is left to settle and the cell knows it · `more`: the bound was reached · else
 * the cell must be recovered.
 */
export type Settled = 'idle' | 'more' | { readonly displacedFrom: Seen };

/** About how many orders one transaction settles: it never splits an entry. */
const ORDERS_PER_TRANSACTION = 1_000;

/**
 * Settles a cell's outbox into the ledger until nothing is left, then, also when nothing was new,
 * tells the cell its watermark and its instructions. Any number of settlers may run at once.
 * @param transactionsMax then other cells have their turn: a busy cell always has something new
 * @throws when Redis or the ledger is away, or on a fault that is not poison: try again later
 */
export async function settleCell(
  deps: SettleDeps,
  cell: CellId,
  transactionsMax = Infinity,
): Promise<Settled> {
  for (let transactions = 0; transactions < transactionsMax; transactions++) {
    const cursor = await findCursor(deps.pool, cell);
    if (!cursor) return 'idle';
    if (cursor.state !== 'open') return { displacedFrom: cursor };
    const step = await settleSome(deps, cell, cursor);
    if (step === 'displaced') return { displacedFrom: cursor };
    const address = deps.directory.cell(cell);
    if (address?.epoch !== cursor.epoch || !address.shas) await deps.directory.refresh();
    if ((await bringUpToDate(deps, cell)) === 'displaced') return { displacedFrom: cursor };
    if (step === 'nothing_new') return 'idle';
  }
  return 'more';
}

async function settleSome(
  { pool, connections, onSettled, onWithdrawn }: SettleDeps,
  cell: CellId,
  cursor: Cursor,
): Promise<'some' | 'nothing_new' | 'displaced'> {
  const { epoch } = cursor;
  const afterSeq = settledSeq(cursor, epoch);
  const range = { afterSeq, ordersMax: ORDERS_PER_TRANSACTION };
  const items = await readOutbox(cellEpoch(connections, cell, epoch), range);
  if (items.length === 0) return 'nothing_new';
  const result = await settleItems(pool, { cell, epoch, items });
  onSettled(result.orders, result.buried);
  if (result.hasWithdrawn) onWithdrawn?.();
  return result.status !== 'settled' || result.isOverdrawn ? 'displaced' : 'some';
}
