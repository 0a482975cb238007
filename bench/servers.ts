import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../src/ledger/migrate.ts';
import { startPostgres } from '../src/platform/embedded/postgres-server.ts';
import { startRedis } from '../src/platform/embedded/redis-server.ts';
import type { RunningServer } from '../src/platform/embedded/running-server.ts';

/** A Redis (AOF always) and a migrated Postgres of this run's own, with a folder for its files. */
export interface BenchServers {
  readonly folder: string;
  readonly redis: RunningServer;
  readonly postgres: RunningServer;
  readonly jwtSecret: string;
  stop(): Promise<void>;
}

export async function startBenchServers(): Promise<BenchServers> {
  const folder = mkdtempSync(join(tmpdir(), 'doorbuster-bench-'));
  // A Postgres that may not run as root must reach its folder in here.
  chmodSync(folder, 0o711);
  const [redis, postgres] = await Promise.all([
    startRedis({ dir: join(folder, 'redis') }),
    startPostgres({ dir: join(folder, 'postgres') }),
  ]);
  await migrate(postgres.url);
  return {
    folder,
    redis,
    postgres,
    jwtSecret: randomBytes(32).toString('base64url'),
    stop: async () => {
      await Promise.all([redis.stop(), postgres.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
