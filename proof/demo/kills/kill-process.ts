import { setTimeout as wait } from 'node:timers/promises';
import { signal } from '../../../src/platform/embedded/processes.ts';
import { countOrders } from '../../checker/ledger-facts.ts';
import { ARRIVAL_MS, AWAY_MS, NoInstant, POLL_MS, TO_SHARE, drawShare, redisOf } from './hunt.ts';
import type { Hunt, KillReport, Moment } from './hunt.ts';

interface Prey {
  readonly pid: number;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** A kill of worker or Redis must find unsettled orders; a kill of the api need not. */
const mustHaveUnsettled = ({ kill }: Hunt): boolean => kill !== 'api';

/**
 * Freezes the prey, and kills it if some acknowledged order is not settled; otherwise lets it
 * continue. It counts the orders in Postgres after the kill, when nothing more can arrive.
 * @returns null when the prey continues
 */
async function strike(hunt: Hunt, prey: Prey): Promise<Moment | null> {
  const { servers, sale, cap, counter } = hunt;
  signal(prey.pid, 'SIGSTOP');
  const acknowledged = counter.count();
  await wait(ARRIVAL_MS);
  const left = acknowledged - (await countOrders(servers.pool, sale));
  if (mustHaveUnsettled(hunt) && left <= 0) {
    signal(prey.pid, 'SIGCONT');
    return null;
  }
  await prey.kill();
  const unsettled = Math.max(0, acknowledged - (await countOrders(servers.pool, sale)));
  return { acknowledged, unsettled, soldShare: acknowledged / cap };
}

/**
 * Kills a process with -9 when 30 to 70 % of the units are acknowledged, and starts it again a
 * second later on the same data and port.
 * @throws NoInstant when there was no moment for it
 */
async function killProcess(hunt: Hunt, prey: Prey): Promise<KillReport> {
  const { kill, servers, sale, cap, counter, isOver } = hunt;
  const fromShare = drawShare(hunt);
  for (;;) {
    const acknowledged = counter.count();
    if (acknowledged > cap * TO_SHARE || isOver()) break;
    const isTime = acknowledged >= cap * fromShare;
    const isPromising =
      isTime &&
      (!mustHaveUnsettled(hunt) || acknowledged > (await countOrders(servers.pool, sale)));
    const struck = isPromising ? await strike(hunt, prey) : null;
    if (struck) {
      const startMs = performance.now();
      await wait(AWAY_MS);
      await prey.restart();
      return { kill, ...struck, awayMs: performance.now() - startMs, notes: [] };
    }
    await wait(POLL_MS);
  }
  throw new NoInstant('no moment for the kill between 30 % and 70 % of the units');
}

export const killWorker = (hunt: Hunt) => killProcess(hunt, hunt.servers.worker);
export const killApi = (hunt: Hunt) => killProcess(hunt, hunt.servers.api);
export const killRedis = (hunt: Hunt) => killProcess(hunt, redisOf(hunt));
