import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentOf, runCommand } from '../../world/servers/command.ts';
import { SplitRedis } from '../../world/servers/split-redis.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { TwoApis } from '../../world/stage/two-apis.ts';

let world: World;
let redis: SplitRedis;
let sale: TwoApis;

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  redis = await SplitRedis.start();
  const { url } = redis.primary;
  sale = await TwoApis.open(world, { apis: [url, url], worker: url });
  await sale.rush.passes(100);
});
afterEach(async () => {
  await sale.close();
  await redis.close();
});

test('a worker on a copy of the Redis refuses to start, and the sale goes on', async () => {
  await redis.promote();
  const servers = environmentOf({ ...world, redisUrl: redis.replica.url });
  const env = { ...servers, PORT: '0', LOG_LEVEL: 'error' };
  const args = ['src/process/main.ts', '--role', 'worker'];
  const { code, err } = await runCommand(process.execPath, args, env);
  expect(code).toBe(3);
  expect(err.trimEnd().split('\n')).toEqual([
    expect.stringContaining('processes reach different Redis servers'),
  ]);
  await sale.rush.passes(100);
  await sale.expectNothingLost();
  expect(await sale.epoch()).toBe(1);
});

test('a worker that starts after a restart of Redis is not refused', async () => {
  await sale.stopWorker();
  await redis.primary.server.kill();
  await redis.primary.server.restart();
  await sale.startWorker();
  await sale.rush.passes(100);
  await sale.expectNothingLost();
});
