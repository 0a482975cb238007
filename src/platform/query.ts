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

const sendOn = <Row extends QueryResultRow>(
  on: Queryable,
  { name, text }: Query<Row>,
  values: readonly unknown[],
) => {
  const statement = { name, text, values: [...values] };
  if (!(on instanceof pg.Pool)) return send<Row>(on, statement);
  return onConnection(on, (client) => send<Row>(client, statement));
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
