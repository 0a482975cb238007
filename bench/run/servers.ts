import { migrate } from '../../src/ledger/migrate.ts';
import { makeFolder, startOwnServers } from '../../proof/fleet/own-servers.ts';
import type { OwnServers } from '../../proof/fleet/own-servers.ts';
import type { Cleanup } from '../../proof/fleet/cleanup.ts';

/** Redis and a migrated Postgres that only this run uses, and a folder for its files. */
export interface BenchServers extends OwnServers {
  readonly folder: string;
}

export async function startBenchServers(cleanup: Cleanup): Promise<BenchServers> {
  const folder = makeFolder('bench', cleanup);
  const servers = await startOwnServers(folder, cleanup);
  await migrate(servers.postgres.url);
  return { folder, ...servers };
}
