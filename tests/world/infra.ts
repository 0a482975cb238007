import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../src/platform/embedded/postgres-server.ts';
import { startRedis } from '../../src/platform/embedded/redis-server.ts';
import type { RunningServer } from '../../src/platform/embedded/running-server.ts';
import { startContainer } from './containers.ts';

/** Where the servers of this run come from. */
export type Infra = 'docker' | 'local';

export interface DisposableServer {
  readonly server: RunningServer;
  /** Ends the server and removes its data. */
  discard(): Promise<void>;
}

export async function startServer(
  infra: Infra,
  product: 'redis' | 'postgres',
): Promise<DisposableServer> {
  if (infra === 'docker') return startContainer(product);
  const dir = await mkdtemp(join(tmpdir(), `doorbuster-${product}-`));
  const server = await (product === 'redis' ? startRedis({ dir }) : startPostgres({ dir }));
  const discard = async () => {
    await server.kill();
    await rm(dir, { recursive: true, force: true });
  };
  return { server, discard };
}
