import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

const MIGRATIONS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'sql', 'migrations');
/** The key of the lock: any number, the same in every process. */
const LOCK = 6_188_461_103;

/**
 * Brings a database to this release's schema: only forward, each file once. Processes that start
 * together wait for each other.
 * @returns the names of the files it applied; none when the database was up to date
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const applied = await runner({
      dbClient: client,
      noLock: true,
      dir: MIGRATIONS,
      migrationsTable: 'migrations',
      direction: 'up',
      log: () => {},
    });
    return applied.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
