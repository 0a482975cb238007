import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumpSchema } from '../../../proof/schema/dump-schema.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const MIGRATIONS = 'sql/migrations';

let world: World;
let client: Client;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  client = new Client({ connectionString: world.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
});

test('sql/schema.sql is the schema that the migrations make', async () => {
  const page = readFileSync('sql/schema.sql', 'utf8');
  const differs =
    'sql/schema.sql differs from the migrations: run `npm run schema`, then commit it';
  expect(page, differs).toBe(await dumpSchema(client, MIGRATIONS));
});

test.each([
  ['a column', 'alter table sales add column place text'],
  ['a default', `alter table sales alter column name set default 'A sale'`],
  ['a column that may be null', 'alter table sales alter column name drop not null'],
  ['the order of strings', 'alter table stock_levels alter column level type text collate "C"'],
  ['a generated column', 'alter table sales add column n int generated always as (1) stored'],
  ['a constraint', `alter table sales add constraint named check (name <> '')`],
  ['an index', 'create index sales_names on sales (name)'],
  ['a trigger', 'drop trigger sales_revision on sales'],
  ['a function', 'create function one() returns int language sql as $$ select 1 $$'],
  ['a table', 'create table places (name text)'],
])('the page shows %s', async (_what, change) => {
  const before = await dumpSchema(client, MIGRATIONS);
  await client.query('begin');
  try {
    await client.query(change);
    expect(await dumpSchema(client, MIGRATIONS)).not.toBe(before);
  } finally {
    await client.query('rollback');
  }
});
