import type { Redis } from 'ioredis';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { withStage } from './with-stage.ts';

/** Gives the tests of a file a connection to an empty Redis, and closes it after them. */
export function withRedis(kind: 'hot' | 'steady', take: (redis: Redis) => void): void {
  withStage(
    'file',
    async ({ redisUrl }) => {
      const redis = createRedis(redisUrl, { kind, onError: console.error });
      await whenReady(redis);
      return { redis, close: async () => redis.disconnect() };
    },
    ({ redis }) => take(redis),
  );
}
