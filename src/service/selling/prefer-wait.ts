import type { CellWatch } from '../../cell/cells/watch-cells.ts';
import type { ShopperId } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/order.ts';
import { isRefusal } from '../../domain/refusals.ts';
import { stateOfOrder } from '../../ledger/orders/read-orders.ts';
import { within } from '../../platform/deadline.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import { findOrderOf } from './find-order.ts';
import type { FindOrderDeps } from './find-order.ts';
import type { Placed } from './shared-by-lanes.ts';

export interface WhenSettledDeps extends FindOrderDeps {
  readonly watch: Pick<CellWatch, 'whenSettled'>;
  readonly time: Pick<Time, 'sleep' | 'monotonic'>;
}

/** A server that stalls delays the answer by at most this much. */
const LOOK_MS = 1_000;
/** The pause between two looks at a cell that is being recovered. */
const PAUSE_MS = 50;

/** Null when the ledger does not have the order, is away, or does not answer in time. */
async function look(
  { pool }: WhenSettledDeps,
  { order }: Placed,
  shopper: ShopperId,
): Promise<OrderState | null> {
  const state = await unlessAway(within(LOOK_MS, () => stateOfOrder(pool, order.id, shopper)));
  return state === 'away' ? null : state;
}

/**
 * Looks for an order whose epoch has ended: the recovery settles it, unless it was lost.
 * @returns null when only the new epoch has it; `busy` when nobody has it in time
 */
async function lookAfterRecovery(
  deps: WhenSettledDeps,
  { order }: Placed,
  shopper: ShopperId,
  untilMs: number,
): Promise<OrderState | null | 'busy'> {
  for (;;) {
    const found = await unlessAway(within(LOOK_MS, () => findOrderOf(deps, order.id, shopper)));
    if (found !== 'away' && !isRefusal(found)) return found.settled ? found.state : null;
    if (deps.time.monotonic() >= untilMs) return 'busy';
    await deps.time.sleep(PAUSE_MS);
  }
}

/** False when the epoch that took the order has ended, or is about to. */
function isStillOpen({ directory }: WhenSettledDeps, { cell }: Placed): boolean {
  const present = directory.cell(cell.id);
  return present?.epoch === cell.epoch && present.state === 'open';
}

/**
 * Waits until the ledger has an order, for a client that asked with `Prefer: wait`. The watermark
 * also passes an order that became a dead letter, so the ledger has the last word.
 * @returns the order's state once it is settled; null when it is not; `busy` when the cell was
 *   recovered meanwhile and nobody knows the order
 */
export async function whenSettled(
  deps: WhenSettledDeps,
  placed: Placed,
  shopper: ShopperId,
  waitMs: number,
): Promise<OrderState | null | 'busy'> {
  const { cell, seq } = placed;
  const untilMs = deps.time.monotonic() + waitMs;
  const waited = seq === null ? 'settled' : await deps.watch.whenSettled(cell, seq, waitMs);
  if (waited === 'settled') return look(deps, placed, shopper);
  if (waited === 'late' && isStillOpen(deps, placed)) return null;
  return lookAfterRecovery(deps, placed, shopper, untilMs);
}
