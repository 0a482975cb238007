import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { bestDeal } from '../../domain/pricing/best-deal.ts';
import type { Rules } from '../../domain/pricing/cart.ts';
import { systemTime } from '../../platform/time.ts';
import type { DealFound, DealTask } from './deal-threads.ts';

/**
 * Selling comes first, also where the thread shares a core with it. Only Linux has priorities of
 * threads; elsewhere this would slow down the whole process.
 */
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

/** A long search works this long and then rests, so that it takes a fifth of a core at most. */
const WORK_MS = 0.25;
const REST_MS = 1;
const neverWoken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
let restedAtMs = 0;

/**
 * A priority alone would not do: a process that wakes up still waits a few milliseconds for a
 * thread that has a core.
 */
function restNowAndThen(): void {
  if (systemTime.monotonic() - restedAtMs < WORK_MS) return;
  Atomics.wait(neverWoken, 0, 0, REST_MS);
  restedAtMs = systemTime.monotonic();
}

/** By sale. The thread that sends tasks decides how many are kept. */
const rulesOf = new Map<string, Rules>();

parentPort!.on('message', ({ sale, rules, forgotten, cart, held, pots }: DealTask) => {
  if (forgotten !== undefined) rulesOf.delete(forgotten);
  if (rules) rulesOf.set(sale, rules);
  restedAtMs = systemTime.monotonic();
  const { coupons, exhaustive } = bestDeal(rulesOf.get(sale)!, cart, held, pots, restNowAndThen);
  parentPort!.postMessage({ coupons, exhaustive } satisfies DealFound);
});
