import type { Kill } from '../kill-kinds.ts';
import type { Hunt, KillReport } from './hunt.ts';
import { killApi, killRedis, killWorker } from './kill-process.ts';
import { killApisAndFlush } from './lose-apis.ts';
import { cutPower, flush, swap, unmount } from './lose-redis.ts';

const STRIKES: Readonly<Record<Kill, (hunt: Hunt) => Promise<KillReport>>> = {
  worker: killWorker,
  api: killApi,
  redis: killRedis,
  'redis-flush': flush,
  power: cutPower,
  'redis-swap': swap,
  volume: unmount,
  'apis-and-flush': killApisAndFlush,
};

/**
 * Strikes when 30 to 70 % of the units are acknowledged.
 * @throws NoInstant when there was no moment for it
 */
export const killInMidSale = (hunt: Hunt): Promise<KillReport> => STRIKES[hunt.kill](hunt);
