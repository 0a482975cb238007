import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRedis, whenReady } from '../../src/platform/redis.ts';
import { compare } from '../fuzz/compare.ts';
import { LuaTill } from '../fuzz/lua-till.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

const CARTS = 10_000;

let world: World;
let redis: Redis;

beforeAll(async () => {
  world = await createWorld();
  redis = createRedis(world.redisUrl, { kind: 'hot', onError: console.error });
  await whenReady(redis);
});
afterAll(async () => {
  redis.disconnect();
  await world.dispose();
});

test('TypeScript and Lua price 10,000 random carts alike, to the cent', async () => {
  expect(await compare(await LuaTill.open(redis), 1, CARTS)).toBeNull();
}, 60_000);
