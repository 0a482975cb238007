import { existsSync, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../src/platform/embedded/postgres-server.ts';
import { startRedis } from '../../../src/platform/embedded/redis-server.ts';
import type { DisposableServer } from './disposable-server.ts';

/** Twice what the write-ahead log of a Postgres grows to. */
const scratchBytes = 2 * 1024 ** 3;

/** Where the servers of this run come from. */
export type Infra = 'docker' | 'local';

/**
 * A folder in memory if there is one with room, else the temporary one: for a server that no test
 * kills. On a slow disk a database takes 300 ms to copy, in memory 10.
 */
export function scratchFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > scratchBytes ? memory : tmpdir();
}

/** @param parent where its data folder goes for as long as it lives, unless in a container */
export async function startServer(
  infra: Infra,
  product: 'redis' | 'postgres',
  parent = tmpdir(),
): Promise<DisposableServer> {
  if (infra === 'docker') {
    // Loaded only then: it takes longer than all else that a test file imports.
    const { startContainer } = await import('./containers.ts');
    return startContainer(product);
  }
  const dir = await mkdtemp(join(parent, `doorbuster-${product}-`));
  const server = await (product === 'redis' ? startRedis({ dir }) : startPostgres({ dir }));
  const discard = async () => {
    // A Postgres that is killed leaves a piece of System V memory behind.
    await (product === 'redis' ? server.kill() : server.stop());
    await rm(dir, { recursive: true, force: true });
  };
  return { server, discard };
}
