import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../src/platform/embedded/postgres-server.ts';
import { startRedis } from '../../src/platform/embedded/redis-server.ts';
import type { RunningServer } from '../../src/platform/embedded/running-server.ts';
import type { Cleanup } from './cleanup.ts';

/** The servers of one run: a Redis (AOF always), an empty Postgres, and a secret for tokens. */
export interface OwnServers {
  readonly redis: RunningServer;
  readonly postgres: RunningServer;
  readonly jwtSecret: string;
}

const SECRET_BYTES = 32;

/** Creates a temporary folder that is removed at the end. */
export function makeFolder(name: string, cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), `doorbuster-${name}-`));
  // Postgres, which refuses to run as root, must reach its folder inside.
  chmodSync(folder, 0o711);
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts both servers in a folder. */
export async function startOwnServers(folder: string, cleanup: Cleanup): Promise<OwnServers> {
  const [redis, postgres] = await Promise.all([
    cleanup.start(() => startRedis({ dir: join(folder, 'redis') })),
    cleanup.start(() => startPostgres({ dir: join(folder, 'postgres') })),
  ]);
  return { redis, postgres, jwtSecret: randomBytes(SECRET_BYTES).toString('base64url') };
}
