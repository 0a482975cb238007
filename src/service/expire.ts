import type { Pool } from 'pg';
import { cellsWithDue, expireSome } from '../ledger/expire.ts';
import type { Courier } from './courier.ts';

export interface ExpireDeps {
  readonly pool: Pool;
  readonly courier: Pick<Courier, 'push'>;
  readonly onExpired?: (orders: number) => void;
  /** Payments were given up: the provider is to hear of it. */
  readonly onCallsDue: () => void;
}

/** Orders of one transaction: they go to their cell in one script call, which must be short. */
const ORDERS_PER_TRANSACTION = 250;
/** Transactions of each cell in one run; the rest is the next run's. */
const MAX_ROUNDS = 400;

interface Round {
  readonly expired: number;
  readonly faults: readonly unknown[];
}

/** One transaction of each cell; a cell that fails keeps no other from its turn. */
async function expireRound({ pool, courier }: ExpireDeps): Promise<Round> {
  let expired = 0;
  const faults: unknown[] = [];
  for (const cell of await cellsWithDue(pool)) {
    const some = await expireSome(pool, cell, ORDERS_PER_TRANSACTION).catch((fault: unknown) => {
      faults.push(fault);
      return 0;
    });
    expired += some;
    if (some > 0) await courier.push(cell);
  }
  return { expired, faults };
}

/**
 * Lets what was not paid in time expire, cells taking turns; each batch is on sale again right
 * after its commit. What others work on is left to them.
 * @returns how many orders expired
 * @throws what kept a cell from it, once the others had theirs
 */
export async function expire(deps: ExpireDeps): Promise<number> {
  let expired = 0;
  let last: Round | null = null;
  for (let round = 0; round < MAX_ROUNDS && last?.expired !== 0; round++) {
    last = await expireRound(deps);
    expired += last.expired;
  }
  if (expired > 0) {
    deps.onExpired?.(expired);
    deps.onCallsDue();
  }
  if (last && last.faults.length > 0) throw last.faults[0];
  return expired;
}
