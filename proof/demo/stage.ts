import { join } from 'node:path';
import type { Pool } from 'pg';
import { migrate } from '../../src/ledger/migrate.ts';
import type { RunningServer } from '../../src/platform/embedded/running-server.ts';
import { createPool } from '../../src/platform/postgres.ts';
import { commandEnvironment } from '../../src/process/own-or-external-servers.ts';
import { startSandboxProcess, startService } from '../fleet/service-process.ts';
import type { SandboxProcess, ServiceProcess, ServiceSettings } from '../fleet/service-process.ts';
import { makeFolder, startOwnServers } from '../fleet/own-servers.ts';
import type { Stops } from '../fleet/stops.ts';

/** Servers and service of a demo. */
export interface Stage {
  /** Holds the journal and the logs. */
  readonly folder: string;
  readonly settings: ServiceSettings;
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess;
  readonly sandbox: SandboxProcess;
  /** Null when it is not ours: then it may not be killed. */
  readonly redis: RunningServer | null;
  /** The checker's own connections. */
  readonly pool: Pool;
}

interface Servers {
  readonly settings: ServiceSettings;
  readonly redis: RunningServer | null;
  readonly origins: readonly string[];
}

async function ownServers(folder: string, stops: Stops): Promise<Servers> {
  const { redis, postgres, jwtSecret } = await startOwnServers(folder, stops);
  const settings = { redisUrl: redis.url, databaseUrl: postgres.url, jwtSecret };
  return { settings, redis, origins: [redis.origin, postgres.origin] };
}

function externalServers(): Servers {
  const { redisUrl, databaseUrl, jwtSecret, config } = commandEnvironment();
  const { allowUnsafeRedis } = config;
  const settings = { redisUrl, databaseUrl, jwtSecret, allowUnsafeRedis };
  const origins = ['Redis and Postgres of the environment; they are not stopped'];
  return { settings, redis: null, origins };
}

/** Starts all there is to start, and says what servers these are. */
export async function setStage(
  { external }: { readonly external: boolean },
  stops: Stops,
  say: (line: string) => void,
): Promise<Stage> {
  const folder = makeFolder('demo', stops);
  const { settings, redis, origins } = external
    ? externalServers()
    : await ownServers(folder, stops);
  for (const origin of origins) say(`server   ${origin}`);
  await migrate(settings.databaseUrl);
  const pool = createPool(settings.databaseUrl, { max: 2, onError: () => {} });
  stops.add(() => pool.end());
  const sandbox = await stops.start(() => startSandboxProcess(folder));
  say(`service  sandbox, ${sandbox.url}`);
  const start = async (role: 'api' | 'worker') => {
    const logFile = join(folder, `${role}.log`);
    const started = () => startService(role, { ...settings, sandbox }, logFile);
    const service = await stops.start(started);
    say(`service  ${role}, process ${service.pid}, ${service.url}`);
    return service;
  };
  const [api, worker] = await Promise.all([start('api'), start('worker')]);
  await sandbox.tell(api.url);
  return { folder, settings, api, worker, sandbox, redis, pool };
}
