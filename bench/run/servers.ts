import { migrate } from '../../src/ledger/migrate.ts';
import { makeFolder, startOwnServers } from '../../proof/fleet/own-servers.ts';
import type { OwnServers } from '../../proof/fleet/own-servers.ts';
import type { Stops } from '../../proof/fleet/stops.ts';

/** Servers of this run's own, the Postgres migrated, with a folder for the run's files. */
export interface BenchServers extends OwnServers {
  readonly folder: string;
}

export async function startBenchServers(stops: Stops): Promise<BenchServers> {
  const folder = makeFolder('bench', stops);
  const servers = await startOwnServers(folder, stops);
  await migrate(servers.postgres.url);
  return { folder, ...servers };
}
