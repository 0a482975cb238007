import type { Pool } from 'pg';
import type { CellWatch } from '../../cell/cells/watch-cells.ts';
import type { ShopperId } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/order.ts';
import { stateOfOrder } from '../../ledger/orders/read-orders.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import type { Placed } from './shared-by-lanes.ts';

export interface WhenSettledDeps {
  readonly pool: Pool;
  readonly watch: Pick<CellWatch, 'whenSettled'>;
  readonly time: Pick<Time, 'after'>;
}

/** A ledger that stalls delays the answer by at most this much. */
const LOOK_MS = 1_000;

/** Null when the ledger does not have the order, is away, or does not answer in time. */
async function look(
  { pool, time }: WhenSettledDeps,
  { order }: Placed,
  shopper: ShopperId,
): Promise<OrderState | null> {
  let giveUp = () => {};
  const late = new Promise<null>((resolve) => (giveUp = time.after(LOOK_MS, () => resolve(null))));
  const found = unlessAway(stateOfOrder(pool, order.id, shopper)).finally(giveUp);
  const state = await Promise.race([found, late]);
  return state === 'away' ? null : state;
}

/**
 * Waits until the ledger has an order, for a client that asked with `Prefer: wait`. The watermark
 * also passes an order that became a dead letter, so the ledger has the last word.
 * @returns the order's state once it is settled; null when it is not
 */
export async function whenSettled(
  deps: WhenSettledDeps,
  placed: Placed,
  shopper: ShopperId,
  waitMs: number,
): Promise<OrderState | null> {
  const { cell, seq } = placed;
  const hasPassed = seq === null || (await deps.watch.whenSettled(cell, seq, waitMs));
  return hasPassed ? look(deps, placed, shopper) : null;
}
