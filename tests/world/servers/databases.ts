import { randomBytes } from 'node:crypto';
import pg from 'pg';

const template = 'world_template';

/** The URL of another database of the same server. */
function sibling(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Runs one statement on the server's own database, which no test uses. */
async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes and migrates the template that every world is a copy of. */
export async function makeTemplate(
  serverUrl: string,
  migrate: (databaseUrl: string) => Promise<unknown>,
): Promise<void> {
  await administer(serverUrl, `create database ${template}`);
  await migrate(sibling(serverUrl, template));
  // Autovacuum would connect to the template, and Postgres copies no database in use.
  await administer(serverUrl, `alter database ${template} with allow_connections false`);
}

/** Copies the template under a name of its own. @returns the URL of the copy */
export async function makeDatabase(serverUrl: string): Promise<string> {
  const name = `world_${randomBytes(8).toString('hex')}`;
  await administer(serverUrl, `create database ${name} template ${template}`);
  return sibling(serverUrl, name);
}

/** Copies a database while its clients are cut off for a moment, as they are by a failover. */
async function copyDatabase(serverUrl: string, from: string, to: string): Promise<void> {
  await administer(serverUrl, `alter database ${from} with allow_connections false`);
  await administer(serverUrl, cutOff(from));
  await administer(serverUrl, `create database ${to} template ${from}`);
  await administer(serverUrl, `alter database ${from} with allow_connections true`);
}

const cutOff = (database: string): string =>
  `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`;

/**
 * Takes a backup of a world's ledger.
 * @returns puts the backup in the place of the ledger
 */
export async function backUpDatabase(
  serverUrl: string,
  databaseUrl: string,
): Promise<() => Promise<void>> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const backup = `${name}_backup`;
  await copyDatabase(serverUrl, name, backup);
  return async () => {
    await administer(serverUrl, `drop database ${name} with (force)`);
    await administer(serverUrl, `alter database ${backup} rename to ${name}`);
  };
}

/** Drops a database, even while clients are connected. */
export async function dropDatabase(serverUrl: string, databaseUrl: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  await administer(serverUrl, `drop database ${name} with (force)`);
}
