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

/** Drops a database, even while clients are connected. */
export async function dropDatabase(serverUrl: string, databaseUrl: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  await administer(serverUrl, `drop database ${name} with (force)`);
}
