import type { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

/** Gives the tests of a file a connection to an empty Redis, and closes it after them. */
export function withRedis(kind: 'hot' | 'steady', take: (redis: Redis) => void): void {
  let world: World;
  let redis: Redis;
  beforeAll(async () => {
    world = await createWorld();
    redis = createRedis(world.redisUrl, { kind, onError: console.error });
    await whenReady(redis);
    take(redis);
  });
  afterAll(async () => {
    redis.disconnect();
    await world.dispose();
  });
}
