import { join } from 'node:path';
import type { Pool } from 'pg';
import { migrate } from '../../src/ledger/migrate.ts';
import { ConfigError } from '../../src/platform/config/read-config.ts';
import { createPool } from '../../src/platform/postgres.ts';
import { commandEnvironment } from '../../src/process/own-or-external-servers.ts';
import { startSandboxProcess, startService } from '../fleet/service-process.ts';
import type { SandboxProcess, ServiceProcess, ServiceSettings } from '../fleet/service-process.ts';
import { MovableRedis } from '../fleet/movable-redis.ts';
import { makeFolder, startOwnServers } from '../fleet/own-servers.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { KILL_KINDS } from './kill-kinds.ts';
import type { DemoOptions } from './options.ts';

/** The servers of a demo and the processes of the service on them. */
export interface DemoServers {
  /** Holds the journal and the logs. */
  readonly folder: string;
  readonly settings: ServiceSettings;
  /** All of them share the rush of the first part. */
  readonly apis: readonly ServiceProcess[];
  /** The first of them, which serves the other parts and the admin. */
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess;
  readonly sandbox: SandboxProcess;
  /** Null when the demo did not start it, and so may not strike it. */
  readonly redis: MovableRedis | null;
  /** Connections of the checker. */
  readonly pool: Pool;
}

interface Stores {
  readonly settings: ServiceSettings;
  readonly redis: MovableRedis | null;
  readonly origins: readonly string[];
}

async function ownServers(folder: string, cleanup: Cleanup): Promise<Stores> {
  const { redis: first, postgres, jwtSecret } = await startOwnServers(folder, cleanup);
  const redis = new MovableRedis(first, join(folder, 'redis'));
  cleanup.add(() => redis.stop());
  const settings = { redisUrl: redis.url, databaseUrl: postgres.url, jwtSecret };
  return { settings, redis, origins: [redis.origin, postgres.origin] };
}

function externalServers(): Stores {
  const { redisUrl, databaseUrl, jwtSecrets, config } = commandEnvironment();
  const [jwtSecret] = jwtSecrets;
  if (jwtSecret === undefined) throw new ConfigError(['JWT_SECRET must be set for the demo']);
  const { allowUnsafeRedis } = config;
  const settings = { redisUrl, databaseUrl, jwtSecret, allowUnsafeRedis };
  const origins = ['Redis and Postgres of the environment; the demo does not stop them'];
  return { settings, redis: null, origins };
}

/** Starts servers and service, and names them. */
export async function startDemoServers(
  { external, kill }: Pick<DemoOptions, 'external' | 'kill'>,
  cleanup: Cleanup,
  say: (line: string) => void,
): Promise<DemoServers> {
  const folder = makeFolder('demo', cleanup);
  const { settings, redis, origins } = external
    ? externalServers()
    : await ownServers(folder, cleanup);
  for (const origin of origins) say(`server   ${origin}`);
  await migrate(settings.databaseUrl);
  const pool = createPool(settings.databaseUrl, { max: 2, statementMs: 60_000, onError: () => {} });
  cleanup.add(() => pool.end());
  const sandbox = await cleanup.start(() => startSandboxProcess(folder));
  say(`service  sandbox, ${sandbox.url}`);
  const start = async (role: 'api' | 'worker', name: string = role) => {
    const logFile = join(folder, `${name}.log`);
    const started = () => startService(role, { ...settings, sandbox }, logFile);
    const service = await cleanup.start(started);
    say(`service  ${role}, process ${service.pid}, ${service.url}`);
    return service;
  };
  const names = ['api', 'api-2'].slice(0, kill ? KILL_KINDS[kill].apis : 1);
  const starting = Promise.all(names.map((name) => start('api', name)));
  const [apis, worker] = await Promise.all([starting, start('worker')]);
  const api = apis[0]!;
  await sandbox.tell(api.url);
  return { folder, settings, apis, api, worker, sandbox, redis, pool };
}
