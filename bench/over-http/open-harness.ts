import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../../src/platform/embedded/launch.ts';
import { freePort } from '../../src/platform/embedded/free-port.ts';
import { createPool } from '../../src/platform/postgres.ts';
import { createRedis, whenReady } from '../../src/platform/redis.ts';
import { startService } from '../../proof/fleet/service-process.ts';
import { SaleAdmin } from '../../proof/fleet/sale-admin.ts';
import { writeTokens } from '../../proof/crowd/tokens.ts';
import type { Harness } from './harness.ts';
import { sampleAnswers } from './sample-answers.ts';
import type { BenchWorld } from '../run/scenario.ts';
import type { BenchServers } from '../run/servers.ts';
import { SHOPPERS } from './wares.ts';
import type { Wares } from './wares.ts';

/** Orders per cell, in every arm: with the worker paused, entries pile up on purpose. */
export const BACKLOG_LIMIT = 5_000_000;

async function startEcho(folder: string, answers: object) {
  const answersFile = join(folder, 'echo-answers.json');
  writeFileSync(answersFile, JSON.stringify(answers));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const isAnswering = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const child = await launch({
    command: process.execPath,
    args: [join(import.meta.dirname, 'echo-server.ts'), String(port), answersFile],
    logFile: join(folder, 'echo.log'),
    stopSignal: 'SIGTERM',
    isAnswering,
  });
  return { url, pid: child.pid, stop: () => child.stop() };
}

function connect({ redis, postgres }: BenchServers): Pick<Harness, 'pool' | 'redis'> {
  return {
    pool: createPool(postgres.url, { max: 2, statementMs: 60_000, onError: () => {} }),
    redis: createRedis(redis.url, { kind: 'steady', onError: () => {} }),
  };
}

/**
 * Starts api, worker and echo, and connects to them.
 * @param wares what the arms will ask for: the echo needs a sample answer of each
 */
export async function openHarness(
  { servers, audits }: BenchWorld,
  wares: readonly Wares[],
): Promise<Harness> {
  const { folder, jwtSecret } = servers;
  const settings = {
    redisUrl: servers.redis.url,
    databaseUrl: servers.postgres.url,
    jwtSecret,
    backlogLimit: BACKLOG_LIMIT,
  };
  const api = await startService('api', settings, join(folder, 'api.log'));
  const worker = await startService('worker', settings, join(folder, 'worker.log'));
  const { pool, redis } = connect(servers);
  await whenReady(redis);
  const tokensFile = join(folder, 'tokens');
  writeTokens({ file: tokensFile, jwtSecret, shoppers: SHOPPERS });
  const admin = new SaleAdmin(api.url, jwtSecret);
  const answers = await sampleAnswers({ url: api.url, admin, pool, jwtSecret }, wares);
  const echo = await startEcho(folder, answers);
  const stop = async () => {
    await Promise.all([api.stop(), worker.stop(), echo.stop()]);
    redis.disconnect();
    await pool.end();
  };
  return { servers, api, worker, echo, admin, audits, pool, redis, tokensFile, stop };
}
