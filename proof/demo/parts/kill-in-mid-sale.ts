import { setTimeout as wait } from 'node:timers/promises';
import { signal } from '../../../src/platform/embedded/processes.ts';
import type { AcknowledgedCounter } from '../../checker/count-acknowledged.ts';
import { countOrders } from '../../checker/ledger-facts.ts';
import type { Victim } from '../options.ts';
import type { DemoServers } from '../demo-servers.ts';

/** What stood where when the victim was killed. */
export interface KillReport {
  readonly victim: Victim;
  /** Orders acknowledged by the clients' journal at that instant. */
  readonly acknowledged: number;
  /** Those of them that Postgres did not hold. */
  readonly unsettled: number;
  /** Share of all units acknowledged. */
  readonly soldShare: number;
  /** From the kill until it answered again, in ms; of it a second before it was started. */
  readonly awayMs: number;
}

interface Prey {
  readonly pid: number;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

interface Hunt {
  readonly victim: Victim;
  readonly servers: DemoServers;
  readonly sale: string;
  readonly cap: number;
  readonly counter: AcknowledgedCounter;
  /** True when the rush is over. */
  readonly isOver: () => boolean;
}

/** No instant between 30 % and 70 % of the units had what the kill must meet. */
export class NoInstant extends Error {
  override readonly name = 'NoInstant';
}

const FROM_SHARE = 0.3;
const TO_SHARE = 0.7;
/** The first instant tried is drawn anew each time, and leaves room for further ones. */
const drawShare = (): number => FROM_SHARE + Math.random() * (TO_SHARE - FROM_SHARE) * 0.8;
const POLL_MS = 5;
/** Long enough for what the frozen process had sent to arrive: commits, and answers. */
const ARRIVAL_MS = 30;
const AWAY_MS = 1_000;

function preyOf({ victim, servers }: Hunt): Prey {
  if (victim === 'redis') {
    if (!servers.redis) throw new NoInstant('a Redis that the demo did not start is not killed');
    return servers.redis;
  }
  return servers[victim];
}

/** Killing the api proves nothing about what is unsettled; killing worker or Redis does. */
const mustHaveUnsettled = ({ victim }: Hunt): boolean => victim !== 'api';

/**
 * Freezes the victim, looks, and kills it only if what was acknowledged is not all settled; else
 * lets it go on. What Postgres holds is counted after the kill, when nothing more can arrive.
 * @returns null when it was let go
 */
async function strike(hunt: Hunt, prey: Prey): Promise<Omit<KillReport, 'awayMs'> | null> {
  const { victim, servers, sale, cap, counter } = hunt;
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
  return { victim, acknowledged, unsettled, soldShare: acknowledged / cap };
}

/**
 * Kills the victim with -9 when 30 to 70 % of the units are acknowledged, and starts it again a
 * second later on the same data and port.
 * @throws NoInstant when there was none
 */
export async function killInMidSale(hunt: Hunt): Promise<KillReport> {
  const { servers, sale, cap, counter, isOver } = hunt;
  const prey = preyOf(hunt);
  const fromShare = drawShare();
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
      return { ...struck, awayMs: performance.now() - startMs };
    }
    await wait(POLL_MS);
  }
  throw new NoInstant('no instant to kill at between 30 % and 70 % of the units');
}
