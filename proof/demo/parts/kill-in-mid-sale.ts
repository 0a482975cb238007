import { setTimeout as wait } from 'node:timers/promises';
import { signal } from '../../../src/platform/embedded/processes.ts';
import type { AcknowledgedCounter } from '../../checker/count-acknowledged.ts';
import { countOrders } from '../../checker/ledger-facts.ts';
import type { Victim } from '../options.ts';
import type { DemoServers } from '../demo-servers.ts';

/** The state at the moment of the kill. */
export interface KillReport {
  readonly victim: Victim;
  /** Orders acknowledged by then, from the journal of the clients. */
  readonly acknowledged: number;
  /** Acknowledged orders that Postgres did not hold. */
  readonly unsettled: number;
  /** Share of all units acknowledged. */
  readonly soldShare: number;
  /** The time from the kill until it answered again, in ms, with the second before its start. */
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

/** Thrown when no moment between 30 % and 70 % of the units was fit for the kill. */
export class NoInstant extends Error {
  override readonly name = 'NoInstant';
}

const FROM_SHARE = 0.3;
const TO_SHARE = 0.7;
/** The first moment is drawn at random, early enough for further tries. */
const drawShare = (): number => FROM_SHARE + Math.random() * (TO_SHARE - FROM_SHARE) * 0.8;
const POLL_MS = 5;
/** Long enough for commits and answers that the frozen process had sent to arrive. */
const ARRIVAL_MS = 30;
const AWAY_MS = 1_000;

function preyOf({ victim, servers }: Hunt): Prey {
  if (victim === 'redis') {
    if (!servers.redis) throw new NoInstant('the demo does not kill a Redis that it did not start');
    return servers.redis;
  }
  return servers[victim];
}

/** A kill of worker or Redis must find unsettled orders; a kill of the api need not. */
const mustHaveUnsettled = ({ victim }: Hunt): boolean => victim !== 'api';

/**
 * Freezes the victim, and kills it if some acknowledged order is not settled; otherwise lets it
 * continue. It counts the orders in Postgres after the kill, when nothing more can arrive.
 * @returns null when the victim continues
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
 * @throws NoInstant when there was no moment for it
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
  throw new NoInstant('no moment for the kill between 30 % and 70 % of the units');
}
