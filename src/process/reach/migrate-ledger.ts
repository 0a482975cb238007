import { migrate } from '../../ledger/migrate.ts';
import { sqlState } from '../../platform/sql-states.ts';
import { UnusableServers } from '../end-with.ts';
import { stays } from './finding.ts';
import { lineOf, postgresOf } from './reach-servers.ts';
import type { Servers } from './reach-servers.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Brings the ledger to this release's schema.
 * @returns the names of the migrations it applied
 * @throws UnusableServers when the user of the database may not change it
 */
export async function migrateLedger(servers: Servers): Promise<string[]> {
  try {
    return await migrate(servers.databaseUrl);
  } catch (error) {
    if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    const what = `does not let its user migrate it (${(error as Error).message})`;
    const remedy = 'Let that user create tables, or migrate it as its owner: ./doorbuster migrate';
    throw new UnusableServers([lineOf(postgresOf(servers), stays(what, remedy))]);
  }
}
