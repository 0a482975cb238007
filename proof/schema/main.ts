/** Writes sql/schema.sql: `npm run schema` runs the migrations on a new Postgres and dumps it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { Client } from 'pg';
import { migrate } from '../../src/ledger/migrate.ts';
import { startPostgres } from '../../src/platform/embedded/postgres-server.ts';
import { EXIT, endAfterParsing } from '../../src/process/exit-codes.ts';
import { makeFolder } from '../fleet/own-servers.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { runProgram, say } from '../fleet/run-program.ts';
import { dumpSchema } from './dump-schema.ts';

new Command('schema')
  .description('Write sql/schema.sql: run the migrations on a new Postgres, then dump its schema')
  .allowExcessArguments(false)
  .exitOverride(endAfterParsing)
  .parse();

const SQL = join(import.meta.dirname, '..', '..', 'sql');

async function writeSchema(cleanup: Cleanup): Promise<number> {
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
  say(isSame ? 'sql/schema.sql: nothing changed' : 'sql/schema.sql: written');
  return EXIT.fine;
}

await runProgram('schema', writeSchema);
