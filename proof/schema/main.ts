/** Writes sql/schema.sql: `npm run schema` runs the migrations on a new Postgres and dumps it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/ledger/migrate.ts';
import { startPostgres } from '../../src/platform/embedded/postgres-server.ts';
import { makeFolder } from '../fleet/own-servers.ts';
import { Cleanup } from '../fleet/cleanup.ts';
import { dumpSchema } from './dump-schema.ts';

const SQL = join(import.meta.dirname, '..', '..', 'sql');

async function writeSchema(cleanup: Cleanup): Promise<void> {
  const folder = makeFolder('schema', cleanup);
  const server = await cleanup.start(() => startPostgres({ dir: join(folder, 'postgres') }));
  await migrate(server.url);
  const client = new Client({ connectionString: server.url });
  await client.connect();
  cleanup.add(() => client.end());
  writeFileSync(join(SQL, 'schema.sql'), await dumpSchema(client, join(SQL, 'migrations')));
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
