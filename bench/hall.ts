import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { OfferId } from '../src/domain/ids.ts';
import type { Pool } from 'pg';
import { launch } from '../src/platform/embedded/child.ts';
import { freePort } from '../src/platform/embedded/free-port.ts';
import { createPool } from '../src/platform/postgres.ts';
import { createRedis, whenReady } from '../src/platform/redis.ts';
import type { Redis } from 'ioredis';
import { startService } from '../src/process/fleet.ts';
import type { ServiceProcess } from '../src/process/fleet.ts';
import { SaleAdmin } from '../src/process/rush/sale-admin.ts';
import type { SaleFile } from '../src/process/rush/sale-admin.ts';
import { writeTokens } from '../src/process/rush/tokens.ts';
import type { Audits } from './audits.ts';
import type { BenchWorld } from './scenario.ts';
import type { BenchServers } from './servers.ts';

export const SHOPPERS = 20_000;
export const OFFER = 'hot';
/** Of a cell, for every arm: *accept* lets entries pile up on purpose. */
export const BACKLOG_LIMIT = 5_000_000;

/** Every process of a run, and how to reach it. */
export interface Hall {
  readonly servers: BenchServers;
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess;
  readonly echo: { readonly url: string; readonly pid: number };
  readonly admin: SaleAdmin;
  readonly audits: Audits;
  readonly pool: Pool;
  readonly redis: Redis;
  /** One token a shopper, the same in every round. */
  readonly tokensFile: string;
  stop(): Promise<void>;
}

async function startEcho(folder: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const isAnswering = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const child = await launch({
    command: process.execPath,
    args: [join(import.meta.dirname, 'echo-server.ts'), String(port)],
    logFile: join(folder, 'echo.log'),
    stopSignal: 'SIGTERM',
    isAnswering,
  });
  return { url, pid: child.pid, stop: () => child.stop() };
}

export async function openHall({ servers, audits }: BenchWorld): Promise<Hall> {
  const { folder, jwtSecret } = servers;
  const settings = {
    redisUrl: servers.redis.url,
    databaseUrl: servers.postgres.url,
    jwtSecret,
    backlogLimit: BACKLOG_LIMIT,
  };
  const api = await startService('api', settings, join(folder, 'api.log'));
  const worker = await startService('worker', settings, join(folder, 'worker.log'));
  const echo = await startEcho(folder);
  const pool = createPool(servers.postgres.url, { max: 2, onError: () => {} });
  const redis = createRedis(servers.redis.url, { kind: 'steady', onError: () => {} });
  await whenReady(redis);
  const tokensFile = join(folder, 'tokens');
  writeTokens({ file: tokensFile, jwtSecret, shoppers: SHOPPERS });
  const admin = new SaleAdmin(api.url, jwtSecret);
  const stop = async () => {
    await Promise.all([api.stop(), worker.stop(), echo.stop()]);
    redis.disconnect();
    await pool.end();
  };
  return { servers, api, worker, echo, admin, audits, pool, redis, tokensFile, stop };
}

/** Names of the same length, so that answers are. */
export const saleName = (): string => `bench-${randomBytes(6).toString('hex')}`;

/** A sale of one flash-lane offer without a limit. */
export function benchSale(id: string, cap: number): SaleFile {
  const opensAt = '2025-01-01T00:00:00.000Z';
  const closesAt = '2099-12-31T00:00:00.000Z';
  const sale = { id, name: id, currency: 'CNY', opensAt, closesAt, payWithinSeconds: 900 };
  const terms = { store: 'bench-store', title: 'Bench offer', price: 990, lane: 'flash' } as const;
  return { sale, offers: [{ id: OFFER as OfferId, cap, ...terms }] };
}

/** Closed, and long over: no process looks at it any more, so that rounds stay alike. */
export async function retireSale({ admin, pool }: Hall, id: string): Promise<void> {
  await admin.close(id);
  await pool.query("update sales set closes_at = now() - interval '2 days' where id = $1", [id]);
}
