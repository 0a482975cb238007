import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { bestDeal } from '../../domain/pricing/best-deal.ts';
import type { Rules } from '../../domain/pricing/cart.ts';
import type { DealFound, DealTask } from './deal-threads.ts';

/**
 * Selling comes first, also where the thread shares a core with it. Only Linux has priorities of
 * threads; elsewhere this would slow down the whole process.
 */
const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
if (process.platform === 'linux') {
  setPriority(Math.min(PRIORITY_LOW, getPriority() + PRIORITY_BELOW_NORMAL));
}

/** By sale. The thread that sends tasks decides how many are kept. */
const rulesOf = new Map<string, Rules>();

parentPort!.on('message', ({ sale, rules, forgotten, cart, held, pots }: DealTask) => {
  if (forgotten !== undefined) rulesOf.delete(forgotten);
  if (rules) rulesOf.set(sale, rules);
  const { coupons, exhaustive } = bestDeal(rulesOf.get(sale)!, cart, held, pots);
  parentPort!.postMessage({ coupons, exhaustive } satisfies DealFound);
});
