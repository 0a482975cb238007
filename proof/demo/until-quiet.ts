import { setTimeout as wait } from 'node:timers/promises';
import { countOrders } from '../checker/ledger-facts.ts';
import type { SaleAdmin } from '../fleet/sale-admin.ts';
import type { DemoServers } from './demo-servers.ts';

const QUIET_WITHIN_MS = 30_000;
const QUIET_POLL_MS = 50;
/** When the ledger has not changed for this long, missing orders will not come. */
const STILL_MS = 1_000;

/**
 * Waits until the cells have nothing to settle and every acknowledged order is settled.
 * @param placed orders acknowledged
 * @returns how long that took, in ms
 */
export async function untilQuiet(
  { pool }: DemoServers,
  admin: SaleAdmin,
  sale: string,
  placed: number,
): Promise<number> {
  const startMs = performance.now();
  let still = { settled: -1, sinceMs: startMs };
  for (;;) {
    const settled = await countOrders(pool, sale);
    const audit = await admin.audit(sale).catch(() => null);
    const nowMs = performance.now();
    const isDone = audit?.units['unsettled'] === 0;
    if (!isDone || settled !== still.settled) still = { settled, sinceMs: nowMs };
    const isQuiet = isDone && (settled >= placed || nowMs - still.sinceMs > STILL_MS);
    if (isQuiet || nowMs - startMs > QUIET_WITHIN_MS) return nowMs - startMs;
    await wait(QUIET_POLL_MS);
  }
}
