import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Client } from 'pg';
import type { Pool } from 'pg';
import { postgresTarget, urlThroughProxy } from '../../../proof/fleet/postgres-address.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { within } from '../../../src/platform/deadline.ts';
import { isAway } from '../../../src/platform/is-away.ts';
import { HASTY, createPool, transaction } from '../../../src/platform/postgres.ts';
import { rows } from '../../../src/platform/query.ts';
import { ServerSilent } from '../../../src/platform/wary-pool.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const LONG_MS = 120_000;
const one = { name: 'one', text: 'select 1 as one' };
const slow = { name: 'slow', text: 'select pg_sleep(30)' };

let world: World;
let proxy: TcpProxy;
let pool: Pool;

withWorld('file', (made) => (world = made));
beforeEach(async () => {
  proxy = await TcpProxy.start(postgresTarget(world.databaseUrl));
  const url = urlThroughProxy(world.databaseUrl, proxy.port);
  pool = createPool(url, { onError: () => {}, statementMs: 2_000 });
  // Two connections, both open before the network fails.
  await Promise.all([rows(pool, one), rows(pool, one)]);
});
afterEach(async () => {
  await pool.end();
  await proxy.stop();
});

const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test('a statement on a silent connection is given up, also in long work', async () => {
  await proxy.halfOpen(1);
  expect(await faultOf(within(LONG_MS, () => rows(pool, one)))).toBeInstanceOf(ServerSilent);
});

test('after silence no connection that was open by then is used again', async () => {
  expect(pool.idleCount).toBe(2);
  await proxy.halfOpen(1);
  await faultOf(rows(pool, one));
  await expect(rows(pool, one)).resolves.toHaveLength(1);
});

test('a hasty transaction and its server give a silent connection up in two seconds', async () => {
  const bounds = `select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle`;
  const read = () =>
    transaction(pool, (client) => rows(client, { name: 'bounds', text: bounds }), HASTY);
  expect(await read()).toEqual([{ statement: '1500ms', idle: '1500ms' }]);
});

test('a statement that its deadline cuts off costs no other connection', async () => {
  const backends = `select pid, query from pg_stat_activity
    where application_name = 'doorbuster' and datname = current_database()`;
  const observer = new Client({ connectionString: world.databaseUrl });
  await observer.connect();
  const read = async () => (await observer.query<{ pid: number; query: string }>(backends)).rows;
  const isSlow = ({ query }: { query: string }) => query === slow.text;
  const blocked = faultOf(within(1_500, () => rows(pool, slow)));
  await until(async () => (await read()).some(isSlow), { describe: 'the statement runs' });
  const others = (await read()).filter((one) => !isSlow(one)).map(({ pid }) => pid);
  expect(isAway(await blocked)).toBe(true);
  await Promise.all([rows(pool, one), rows(pool, one)]);
  expect((await read()).map(({ pid }) => pid)).toEqual(expect.arrayContaining(others));
  await observer.end();
});

test('a transaction on a silent connection is given up', async () => {
  await proxy.halfOpen(1);
  const fault = await faultOf(transaction(pool, (client) => rows(client, one)));
  expect(fault).toBeInstanceOf(ServerSilent);
  await expect(transaction(pool, (client) => rows(client, one))).resolves.toHaveLength(1);
});

test('a statement that takes too long is ended by the server, which is an outage', async () => {
  const fault = await faultOf(rows(pool, slow));
  expect(isAway(fault)).toBe(true);
  expect(fault).toMatchObject({ code: '57014' });
});

test('a transaction may say that its statements take longer', async () => {
  const nap = { name: 'nap', text: 'select pg_sleep(3)' };
  const napping = transaction(pool, (client) => rows(client, nap), { statementMs: 20_000 });
  await expect(napping).resolves.toHaveLength(1);
});

test('nothing is committed after the deadline', async () => {
  await pool.query('create table noted (at timestamptz)');
  const late = within(1_000, () =>
    transaction(pool, async (client) => {
      await client.query('insert into noted values (now())');
      await new Promise<void>((resolve) => pool.query('select pg_sleep(1.5)', () => resolve()));
    }),
  );
  expect(isAway(await faultOf(late))).toBe(true);
  await pool.query('select pg_sleep(1)');
  expect((await pool.query('select * from noted')).rows).toEqual([]);
});

test('a statement that has ended keeps neither its rows nor its values alive', async () => {
  const client = await pool.connect();
  const sent = vi.spyOn(client, 'query');
  const echo = { name: 'echo', text: 'select $1::text as word' };
  expect(await rows(client, echo, ['kept by us'])).toEqual([{ word: 'kept by us' }]);
  expect(sent.mock.calls).toMatchObject([[{ name: 'echo', values: [] }]]);
  expect(await sent.mock.results[0]!.value).toMatchObject({ rows: [], rowCount: 1 });
  sent.mockRestore();
  client.release();
});
