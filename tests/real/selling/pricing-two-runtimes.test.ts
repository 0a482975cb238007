import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { compareRuntimes } from '../../../proof/fuzz/compare-runtimes.ts';
import { LuaPricer } from '../../../proof/fuzz/lua-pricer.ts';
import { withRedis } from '../../world/servers/redis.ts';

const CARTS = 10_000;

let redis: Redis;

withRedis('hot', (made) => (redis = made));

test('TypeScript and Lua price 10,000 random carts alike to the cent', async () => {
  expect(await compareRuntimes(await LuaPricer.open(redis), 1, CARTS)).toBeNull();
});
