import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { environmentOf, root } from '../../world/servers/command.ts';
import { OwnRedis } from '../../world/servers/own-redis.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { TwoApis } from '../../world/stage/two-apis.ts';

let world: World;
let empty: OwnRedis;
let sale: TwoApis;
let child: ChildProcess | null;
let said: string;

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  [child, said] = [null, ''];
  empty = await OwnRedis.start();
  const { redisUrl: url } = world;
  sale = await TwoApis.open(world, { apis: [url, url], worker: url });
  await sale.rush.passes(100);
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await sale.close();
  await empty.close();
});

/** Starts api and worker in one process, on the world's ledger and an empty Redis. */
function startOnEmptyRedis(): ChildProcess {
  const servers = environmentOf({ ...world, redisUrl: empty.url });
  const env = { ...process.env, ...servers, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error' };
  const started = spawn(process.execPath, ['src/process/main.ts'], { cwd: root, env });
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  }
  return started;
}

test('a second service on an empty Redis ends in one line, and the sale goes on', async () => {
  child = startOnEmptyRedis();
  const describe = 'the process ends';
  await until(() => child!.exitCode !== null, { describe, timeoutMs: 20_000 });
  expect(child.exitCode).toBe(3);
  expect(said.trimEnd().split('\n')).toEqual([expect.stringContaining('redis adopt')]);
  await sale.rush.passes(100);
  await sale.expectNothingLost();
  expect(await sale.epoch()).toBe(1);
});
