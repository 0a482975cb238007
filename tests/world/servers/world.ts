import { Redis } from 'ioredis';
import { afterAll, inject } from 'vitest';
import type { RunningServer } from '../../../src/platform/embedded/running-server.ts';
import { migrate } from '../../../src/ledger/migrate.ts';
import { dropDatabase, makeDatabase } from './databases.ts';
import type { DisposableServer } from './disposable-server.ts';
import { startServer } from './start-test-servers.ts';

/** An empty, migrated ledger and an empty Redis. A test file has one at a time. */
export interface World {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** A Redis of this test file alone: a test may kill it, and the next world restarts it. */
  readonly redis: RunningServer;
  dispose(): Promise<void>;
}

/** A world that also has its own Postgres: a test may kill and restart both servers. */
export interface OwnWorld extends World {
  readonly postgres: RunningServer;
}

let sharedRedis: DisposableServer | undefined;
/** Servers still running; a test that fails before it disposes of its world leaves some. */
const running = new Set<DisposableServer>();

afterAll(() => discard([...running]));

async function start(product: 'redis' | 'postgres'): Promise<DisposableServer> {
  const started = await startServer(inject('infra').kind, product);
  running.add(started);
  return started;
}

async function discard(servers: readonly DisposableServer[]): Promise<void> {
  for (const server of servers) running.delete(server);
  await Promise.all(servers.map((server) => server.discard()));
}

export function createWorld(options: { readonly ownServers: true }): Promise<OwnWorld>;
export function createWorld(): Promise<World>;
export function createWorld(options?: { readonly ownServers: true }): Promise<World> {
  return options?.ownServers ? createOwnWorld() : createSharedWorld();
}

async function createSharedWorld(): Promise<World> {
  const { postgresUrl } = inject('infra');
  sharedRedis ??= await start('redis');
  const { server } = sharedRedis;
  const [databaseUrl] = await Promise.all([makeDatabase(postgresUrl), empty(server)]);
  return {
    redisUrl: server.url,
    databaseUrl,
    redis: server,
    dispose: () => dropDatabase(postgresUrl, databaseUrl),
  };
}

async function createOwnWorld(): Promise<OwnWorld> {
  const [redis, postgres] = await Promise.all([start('redis'), start('postgres')]);
  await migrate(postgres.server.url);
  return {
    redisUrl: redis.server.url,
    databaseUrl: postgres.server.url,
    redis: redis.server,
    postgres: postgres.server,
    dispose: () => discard([redis, postgres]),
  };
}

/** Empties a server that this run started; a test may have left it dead. */
async function empty(server: RunningServer): Promise<void> {
  const flush = async () => {
    const redis = new Redis(server.url, { lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    try {
      await redis.connect();
      await redis.pipeline().flushall().script('FLUSH').exec();
    } finally {
      redis.disconnect();
    }
  };
  await flush().catch(async () => {
    await server.restart();
    await flush();
  });
}
