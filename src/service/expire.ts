import type { Pool } from 'pg';
import { cellsWithDue, expireSome } from '../ledger/expire.ts';
import type { Delivery } from './delivery.ts';

export interface ExpireDeps {
  readonly pool: Pool;
  readonly delivery: Pick<Delivery, 'push'>;
  readonly onExpired?: (orders: number) => void;
  /** Payments were given up: the provider is to hear of it. */
  readonly onCallsDue: () => void;
}

/** Orders of one transaction: they go to their cell in one script call, which must be short. */
const ORDERS_PER_TRANSACTION = 250;
/** Transactions of each cell in one run; the rest is the next run's. */
const MAX_ROUNDS = 400;

/**
 * Lets what was not paid in time expire, cells taking turns; each batch is on sale again right
 * after its commit.
 * @returns how many orders expired
 */
export async function expire(deps: ExpireDeps): Promise<number> {
  let expired = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const cells = await cellsWithDue(deps.pool);
    if (cells.length === 0) break;
    for (const cell of cells) {
      expired += await expireSome(deps.pool, cell, ORDERS_PER_TRANSACTION);
      await deps.delivery.push(cell);
    }
  }
  if (expired > 0) {
    deps.onExpired?.(expired);
    deps.onCallsDue();
  }
  return expired;
}
