import { setTimeout as wait } from 'node:timers/promises';
import { signal } from '../../../src/platform/embedded/processes.ts';
import type { AcknowledgedCounter } from '../../checker/count-acknowledged.ts';
import { countOrders } from '../../checker/ledger-facts.ts';
import type { RunningRush } from '../../crowd/start-load-client.ts';
import type { MovableRedis } from '../../fleet/movable-redis.ts';
import type { DemoServers } from '../demo-servers.ts';
import type { Kill } from '../kill-kinds.ts';

/** The state at the moment of the kill. */
export interface KillReport {
  readonly kill: Kill;
  /** Orders acknowledged by then, from the journal of the clients. */
  readonly acknowledged: number;
  /** Acknowledged orders that Postgres did not hold. */
  readonly unsettled: number;
  /** Share of all units acknowledged. */
  readonly soldShare: number;
  /** The time from the kill until what was struck answered again, in ms. */
  readonly awayMs: number;
  /** What else is known of the kill, in words. */
  readonly notes: readonly string[];
}

export interface Hunt {
  readonly kill: Kill;
  readonly servers: DemoServers;
  readonly sale: string;
  readonly cap: number;
  readonly counter: AcknowledgedCounter;
  /** Numbers in 0..1 that draw what a kill leaves to chance. */
  readonly random: () => number;
  readonly load: Pick<RunningRush, 'pause' | 'resume'>;
  /** True when the rush is over. */
  readonly isOver: () => boolean;
}

/** Thrown when no moment of the sale was fit for the kill. */
export class NoInstant extends Error {
  override readonly name = 'NoInstant';
}

const FROM_SHARE = 0.3;
/** No kill strikes when more of the units are acknowledged. */
export const TO_SHARE = 0.7;
export const POLL_MS = 5;
/** Long enough for commits and answers that a frozen process had sent to arrive. */
export const ARRIVAL_MS = 30;
/** The time between a kill and the next start. */
export const AWAY_MS = 1_000;
/** While the worker is frozen this long, more orders are acknowledged and none settles. */
const UNSETTLED_MS = 250;

/** The first moment is drawn at random, early enough for further tries. */
export const drawShare = ({ random }: Hunt): number =>
  FROM_SHARE + random() * (TO_SHARE - FROM_SHARE) * 0.8;

export function redisOf({ servers }: Hunt): MovableRedis {
  if (!servers.redis) throw new NoInstant('the demo does not strike a Redis that it did not start');
  return servers.redis;
}

/** Waits until this many orders are acknowledged. @throws NoInstant when the rush ends before */
export async function untilAcknowledged({ counter, isOver }: Hunt, orders: number): Promise<void> {
  while (counter.count() < orders) {
    if (isOver()) throw new NoInstant(`the sale ended before ${Math.ceil(orders)} orders`);
    await wait(POLL_MS);
  }
}

export type Moment = Pick<KillReport, 'acknowledged' | 'unsettled' | 'soldShare'>;

/** Counts acknowledged and unsettled orders, while what acknowledges or settles them is frozen. */
export async function momentOf({ counter, servers, sale, cap }: Hunt): Promise<Moment> {
  await wait(ARRIVAL_MS);
  const acknowledged = counter.count();
  const unsettled = Math.max(0, acknowledged - (await countOrders(servers.pool, sale)));
  return { acknowledged, unsettled, soldShare: acknowledged / cap };
}

/**
 * Freezes the worker for a while, so that orders stay unsettled, then Redis, and strikes. The
 * worker goes on after the strike.
 * @param strike thaws or kills Redis
 */
export async function strikeRedis(
  hunt: Hunt,
  strike: (redis: MovableRedis) => Promise<void>,
): Promise<Moment> {
  const redis = redisOf(hunt);
  const { worker } = hunt.servers;
  worker.freeze();
  try {
    await wait(UNSETTLED_MS);
    signal(redis.pid, 'SIGSTOP');
    const moment = await momentOf(hunt);
    await strike(redis);
    return moment;
  } finally {
    worker.thaw();
  }
}
