import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createWorld } from '../../world/servers/world.ts';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function command(url: string, ...words: [string, ...string[]]): Promise<unknown> {
  const redis = new Redis(url, { replyMapping: 'legacy' });
  try {
    return await redis.call(...words);
  } finally {
    redis.disconnect();
  }
}

test('a world starts empty, whatever the last one left behind', async () => {
  const before = await createWorld();
  await command(before.redisUrl, 'SET', 'left', 'behind');
  await query(before.databaseUrl, 'create table left_behind ()');
  await before.redis.kill();
  await before.dispose();

  const world = await createWorld();
  expect(await command(world.redisUrl, 'DBSIZE')).toBe(0);
  const found = await query(
    world.databaseUrl,
    "select from pg_tables where tablename = 'left_behind'",
  );
  expect(found).toEqual([]);
  await world.dispose();
});

test('a world with its own servers keeps acknowledged writes when both are killed', async () => {
  const world = await createWorld({ ownServers: true });
  await command(world.redisUrl, 'SET', 'kept', 'yes');
  await query(world.databaseUrl, 'create table kept ()');
  await Promise.all([world.redis.kill(), world.postgres.kill()]);
  await Promise.all([world.redis.restart(), world.postgres.restart()]);
  expect(await command(world.redisUrl, 'GET', 'kept')).toBe('yes');
  expect(await query(world.databaseUrl, 'select from kept')).toEqual([]);
  await world.dispose();
});

test.each([
  ['appendonly', 'yes'],
  ['appendfsync', 'always'],
  ['maxmemory-policy', 'noeviction'],
])('the Redis of a world has %s set to %s', async (setting, value) => {
  const world = await createWorld();
  expect(await command(world.redisUrl, 'CONFIG', 'GET', setting)).toEqual([setting, value]);
  await world.dispose();
});
