import { parentPort } from 'node:worker_threads';
import { bestDeal } from '../../domain/pricing/best-deal.ts';
import type { Rules } from '../../domain/pricing/cart.ts';
import type { DealFound, DealTask } from './deal-threads.ts';

/** By sale. The thread that sends tasks decides how many are kept. */
const rulesOf = new Map<string, Rules>();

parentPort!.on('message', ({ sale, rules, forgotten, cart, held, pots }: DealTask) => {
  if (forgotten !== undefined) rulesOf.delete(forgotten);
  if (rules) rulesOf.set(sale, rules);
  const { coupons, exhaustive } = bestDeal(rulesOf.get(sale)!, cart, held, pots);
  parentPort!.postMessage({ coupons, exhaustive } satisfies DealFound);
});
