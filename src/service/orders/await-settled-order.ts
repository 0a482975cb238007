import { readCell } from '../../cell/cells/snapshot.ts';
import type { CellWatch } from '../../cell/cells/watch-cells.ts';
import { parseOrderId } from '../../domain/ids.ts';
import type { ShopperId } from '../../domain/ids.ts';
import { BUSY, isRefusal, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { findSettledOrder } from '../../ledger/orders/read-orders.ts';
import type { SettledOrder } from '../../ledger/orders/read-orders.ts';
import { findOrderOf } from '../selling/find-order.ts';
import type { FindOrderDeps } from '../selling/find-order.ts';

export interface AwaitSettledOrderDeps extends FindOrderDeps {
  readonly watch: Pick<CellWatch, 'whenSettled'>;
}

/** How long a change to an order waits until the ledger has the order. */
export const SETTLED_WITHIN_MS = 2_000;

/**
 * Finds an order of its owner in the ledger. If only its cell knows it, this waits for it.
 * @returns `not_found`, also when it is another's; `busy` when it did not settle in time
 */
export async function awaitSettledOrder(
  deps: AwaitSettledOrderDeps,
  id: string,
  shopper: ShopperId,
): Promise<SettledOrder | Refusal> {
  const named = parseOrderId(id);
  if (!named) return NOT_FOUND;
  const found = await findSettledOrder(deps.pool, id, shopper);
  if (found) return found;
  const view = await findOrderOf(deps, id, shopper);
  if (isRefusal(view)) return view;
  const cell = deps.directory.cell(named.cell);
  if (!cell) return NOT_FOUND;
  // Asked now: the order's entry is at most the cell's last.
  const snapshot = await readCell(cell);
  if (snapshot.word !== 'read') return BUSY;
  await deps.watch.whenSettled(cell, snapshot.seq, SETTLED_WITHIN_MS);
  return (await findSettledOrder(deps.pool, id, shopper)) ?? BUSY;
}
