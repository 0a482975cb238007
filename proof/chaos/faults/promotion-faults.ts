import { setTimeout as wait } from 'node:timers/promises';
import { signal } from '../../../src/platform/embedded/processes.ts';
import { redisTarget } from '../world/chaos-redis.ts';
import type { ChaosWorld } from '../world/chaos-world.ts';
import { linksOf } from '../world/links.ts';
import type { Link } from '../world/links.ts';
import { between, isHeads, pick } from './fault.ts';
import type { Fault, Random } from './fault.ts';

/** What may be lost with every process that remembers it. */
const LOSES_WITH = ['kill-api', 'kill-apis'];
/** How far the replica is behind when it is promoted, in ms. */
const BEHIND_MS = [100, 1_000] as const;

/** New connections of these links reach the present primary. */
function follow({ redis }: ChaosWorld, links: readonly Link[]): void {
  for (const { proxy } of links) proxy.leadTo(redisTarget(redis.url));
}

/**
 * By chance the replica is a little behind. If another fault has taken it away, the primary stays.
 */
async function promote({ redis }: ChaosWorld, random: Random): Promise<void> {
  if (isHeads(random)) {
    redis.replication.drop('replies');
    await wait(between(random, ...BEHIND_MS));
  }
  await redis.promote().catch(() => {});
  redis.replication.drop(null);
}

/** The old primary dies, stands still, or lives on alone. */
const promotion: Fault = {
  name: 'promotion',
  group: 'promotion',
  says: 'the replica is promoted, up to a second behind; every process follows',
  losesWith: LOSES_WITH,
  begin: async (world, random) => {
    const { redis } = world;
    const old = redis.primary;
    const { pid } = old;
    const fate = pick(random, ['dies', 'stands still', 'lives']);
    if (fate === 'dies') await old.kill();
    if (fate === 'stands still') signal(pid, 'SIGSTOP');
    await promote(world, random);
    follow(world, linksOf(world, 'all', 'redis'));
    return async () => {
      signal(pid, 'SIGCONT');
      await redis.repair();
    };
  },
};

const splitPromotion: Fault = {
  name: 'split-promotion',
  group: 'promotion',
  says: 'the replica is promoted, and some processes reach the old primary for a while',
  losesWith: LOSES_WITH,
  begin: async (world, random) => {
    const links = linksOf(world, 'all', 'redis');
    const late = new Set([pick(random, links)]);
    for (const link of links) if (isHeads(random)) late.add(link);
    if (late.size === links.length) late.delete(pick(random, links));
    await promote(world, random);
    follow(
      world,
      links.filter((link) => !late.has(link)),
    );
    return async () => {
      follow(
        world,
        links.filter((link) => late.has(link)),
      );
      await world.redis.repair();
    };
  },
};

export const promotionFaults: readonly Fault[] = [promotion, splitPromotion];
