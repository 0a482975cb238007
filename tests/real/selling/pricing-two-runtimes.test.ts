import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { compare } from '../../../proof/fuzz/compare.ts';
import { LuaTill } from '../../../proof/fuzz/lua-till.ts';
import { withRedis } from '../../world/servers/redis.ts';

const CARTS = 10_000;

let redis: Redis;

withRedis('hot', (made) => (redis = made));

test('TypeScript and Lua price 10,000 random carts alike to the cent', async () => {
  expect(await compare(await LuaTill.open(redis), 1, CARTS)).toBeNull();
}, 60_000);
