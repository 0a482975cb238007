import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { migrate } from '../../ledger/migrate.ts';
import { startPostgres } from '../../platform/embedded/postgres-server.ts';
import { startRedis } from '../../platform/embedded/redis-server.ts';
import type { RunningServer } from '../../platform/embedded/running-server.ts';
import { createPool } from '../../platform/postgres.ts';
import { commandEnvironment } from '../environment.ts';
import { startService } from '../fleet.ts';
import type { ServiceProcess, ServiceSettings } from '../fleet.ts';

/** What was started, and how to end it, last first; each once. */
export class Stops {
  readonly #stops: (() => Promise<unknown> | void)[] = [];
  #running: Promise<void> | null = null;

  add(stop: () => Promise<unknown> | void): void {
    this.#stops.push(stop);
  }

  /** Whoever calls while it runs waits for the same end. */
  run(): Promise<void> {
    this.#running ??= this.#runAll().finally(() => (this.#running = null));
    return this.#running;
  }

  /** Goes on after a failure: what is left must end, too. */
  async #runAll(): Promise<void> {
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      try {
        await stop();
      } catch (error) {
        process.stderr.write(`while stopping: ${String(error)}\n`);
      }
    }
  }
}

/** Servers and service of a demo. */
export interface Stage {
  /** Holds the journal and the logs. */
  readonly folder: string;
  readonly settings: ServiceSettings;
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess;
  /** Null when it is not ours: then it may not be killed. */
  readonly redis: RunningServer | null;
  /** The checker's own connections. */
  readonly pool: Pool;
}

const SECRET_BYTES = 32;

interface Servers {
  readonly settings: ServiceSettings;
  readonly redis: RunningServer | null;
  readonly origins: readonly string[];
}

async function ownServers(folder: string, stops: Stops): Promise<Servers> {
  const start = async <T extends RunningServer>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    stops.add(() => server.stop());
    return server;
  };
  const [redis, postgres] = await Promise.all([
    start(startRedis({ dir: join(folder, 'redis') })),
    start(startPostgres({ dir: join(folder, 'postgres') })),
  ]);
  const settings = {
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    jwtSecret: randomBytes(SECRET_BYTES).toString('base64url'),
  };
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
  const folder = mkdtempSync(join(tmpdir(), 'doorbuster-demo-'));
  // A Postgres that may not run as root must reach its folder in here.
  chmodSync(folder, 0o711);
  stops.add(() => rmSync(folder, { recursive: true, force: true }));
  const { settings, redis, origins } = external
    ? externalServers()
    : await ownServers(folder, stops);
  for (const origin of origins) say(`server   ${origin}`);
  await migrate(settings.databaseUrl);
  const pool = createPool(settings.databaseUrl, { max: 2, onError: () => {} });
  stops.add(() => pool.end());
  const start = async (role: 'api' | 'worker') => {
    const service = await startService(role, settings, join(folder, `${role}.log`));
    stops.add(() => service.stop());
    say(`service  ${role}, process ${service.pid}, ${service.url}`);
    return service;
  };
  const [api, worker] = await Promise.all([start('api'), start('worker')]);
  return { folder, settings, api, worker, redis, pool };
}
