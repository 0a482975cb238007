import { existsSync, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../src/platform/embedded/postgres-server.ts';
import { startRedis } from '../../../src/platform/embedded/redis-server.ts';
import type { DisposableServer } from './disposable-server.ts';

/** Twice the size to which the write-ahead log of a Postgres grows. */
const scratchBytes = 2 * 1024 ** 3;

/** Where the servers of this run come from. */
export type Infra = 'docker' | 'local';

/**
 * A folder in memory if one has room, else the temporary folder; for a server that no test kills.
 * Copying a database takes 300 ms on a slow disk and 10 ms in memory.
 */
export function scratchFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > scratchBytes ? memory : tmpdir();
}

/** @param parent the folder for the server’s data folder; a container does not use it */
export async function startServer(
  infra: Infra,
  product: 'redis' | 'postgres',
  parent = tmpdir(),
): Promise<DisposableServer> {
  if (infra === 'docker') {
    // The import is lazy, because it takes longer than all other imports of a test file.
    const { startContainer } = await import('./containers.ts');
    return startContainer(product);
  }
  const dir = await mkdtemp(join(parent, `doorbuster-${product}-`));
  const server = await (product === 'redis' ? startRedis({ dir }) : startPostgres({ dir }));
  const discard = async () => {
    // A killed Postgres leaves a segment of System V shared memory behind.
    await (product === 'redis' ? server.kill() : server.stop());
    await rm(dir, { recursive: true, force: true });
  };
  return { server, discard };
}
