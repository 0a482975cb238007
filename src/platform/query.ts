import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { onConnection, send } from './postgres.ts';

const SQL_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'sql');

/** A pool, or the client of an open transaction. */
export type Queryable = Pool | PoolClient;

/** One statement of sql/statements, prepared under its own name on each connection. */
export interface Query<Row extends QueryResultRow> {
  readonly name: string;
  readonly text: string;
  /** Never set: it carries the row's type to the call. */
  readonly row?: Row;
}

/** @throws when sql/statements/<name>.sql is missing */
export function query<Row extends QueryResultRow = never>(name: string): Query<Row> {
  return { name, text: readFileSync(join(SQL_ROOT, 'statements', `${name}.sql`), 'utf8') };
}

const sendOn = async <Row extends QueryResultRow>(
  on: Queryable,
  { name, text }: Query<Row>,
  values: readonly unknown[],
) => {
  const statement = { name, text, values: [...values] };
  const result = await (on instanceof pg.Pool
    ? onConnection(on, (client) => send<Row>(client, statement))
    : send<Row>(on, statement));
  const { rows: found, rowCount } = result;
  // The objects that pg makes for a statement outlive collections of young objects. Emptied, they
  // do not keep rows and values alive with them.
  result.rows = [];
  statement.values.length = 0;
  return { rows: found, rowCount };
};

export async function rows<Row extends QueryResultRow>(
  on: Queryable,
  statement: Query<Row>,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return (await sendOn(on, statement, values)).rows;
}

/** @returns the number of rows the statement changed */
export async function run(
  on: Queryable,
  statement: Query<never>,
  values: readonly unknown[] = [],
): Promise<number> {
  return (await sendOn(on, statement, values)).rowCount ?? 0;
}
