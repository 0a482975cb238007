/** Writes sql/schema.sql: `npm run schema` runs the migrations on a new Postgres and dumps it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { Client } from 'pg';
import { migrate } from '../../src/ledger/migrate.ts';
import { startPostgres } from '../../src/platform/embedded/postgres-server.ts';
import { makeFolder } from '../fleet/own-servers.ts';
import { Cleanup } from '../fleet/cleanup.ts';
import { dumpSchema } from './dump-schema.ts';

new Command('schema')
  .description('Write sql/schema.sql: run the migrations on a new Postgres, then dump its schema')
  .parse();

const SQL = join(import.meta.dirname, '..', '..', 'sql');

async function writeSchema(cleanup: Cleanup): Promise<void> {
  const folder = makeFolder('schema', cleanup);
  const server = await cleanup.start(() => startPostgres({ dir: join(folder, 'postgres') }));
  await migrate(server.url);
  const client = new Client({ connectionString: server.url });
  await client.connect();
  cleanup.add(() => client.end());
  const page = join(SQL, 'schema.sql');
  const schema = await dumpSchema(client, join(SQL, 'migrations'));
  const isSame = existsSync(page) && readFileSync(page, 'utf8') === schema;
  if (!isSame) writeFileSync(page, schema);
  process.stdout.write(isSame ? 'sql/schema.sql: nothing changed\n' : 'sql/schema.sql: written\n');
}

const cleanup = new Cleanup();
cleanup.runOnSignals();
const code = await writeSchema(cleanup).then(
  () => 0,
  (error: Error) => {
    process.stderr.write(`schema: ${error.message || String(error)}\n`);
    return 1;
  },
);
await cleanup.run();
process.exit(code);
