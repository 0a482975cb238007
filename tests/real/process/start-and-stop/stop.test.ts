import { connect } from 'node:net';
import type { Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeAll, afterAll, expect, test } from 'vitest';
import { offerBody, saleBody } from '../../../../proof/builders/sale-files.ts';
import { JWT_SECRET } from '../../../../proof/builders/secrets.ts';
import { postgresTarget, urlThroughProxy } from '../../../../proof/fleet/postgres-address.ts';
import { SaleAdmin } from '../../../../proof/fleet/sale-admin.ts';
import { TcpProxy } from '../../../../proof/fleet/tcp-proxy.ts';
import { environmentOf } from '../../../world/servers/command.ts';
import { ServiceRun } from '../../../world/servers/service-run.ts';
import { until } from '../../../world/servers/wait-until.ts';
import { createWorld } from '../../../world/servers/world.ts';
import type { OwnWorld } from '../../../world/servers/world.ts';

let world: OwnWorld;
let proxies: Record<'redis' | 'postgres', TcpProxy>;
const runs: ServiceRun[] = [];

beforeAll(async () => {
  world = await createWorld({ ownServers: true });
  const redis = new URL(world.redisUrl);
  proxies = {
    redis: await TcpProxy.start({ host: redis.hostname, port: Number(redis.port) }),
    postgres: await TcpProxy.start(postgresTarget(world.databaseUrl)),
  };
});
afterEach(async () => {
  await Promise.all(runs.splice(0).map((run) => run.discard()));
  for (const proxy of Object.values(proxies)) proxy.drop(null);
});
afterAll(async () => {
  await Promise.all(Object.values(proxies ?? {}).map((proxy) => proxy.stop()));
  await world?.dispose();
});

/** The servers behind proxies. */
function proxied(): Record<string, string> {
  return {
    REDIS_URL: `redis://127.0.0.1:${proxies.redis.port}`,
    DATABASE_URL: urlThroughProxy(world.databaseUrl, proxies.postgres.port),
  };
}

function start(role: string, more: Readonly<Record<string, string>> = {}): ServiceRun {
  const run = new ServiceRun(['--role', role], { ...environmentOf(world), ...more });
  runs.push(run);
  return run;
}

const sale = {
  sale: { id: 'small-drop', ...saleBody({ name: 'Small drop' }) },
  offers: [{ id: 'mug', ...offerBody({ title: 'Mug', cap: 5, lane: 'flash' }) }],
};

test('a process that drains says so to probes, still serves, and then stops', async () => {
  const api = start('api', { DRAIN_DELAY_MS: '1500' });
  const url = await api.url();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  api.signal('SIGTERM');
  await api.said(/"msg":"stopping"/);
  const ready = await fetch(`${url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ detail: 'This process is stopping.' });
  expect((await fetch(`${url}/v1/sales/none`)).status).not.toBe(503);
  expect(await api.ended).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(api.log.at(-1)!)).toMatchObject({ msg: 'stopped' });
});

const REQUEST = 'GET /healthz HTTP/1.1\r\nhost: shop\r\n\r\n';
const ANSWER_ENDS = '{"status":"ok"}';

/** A client that asks again and again on one connection, until an answer says that it closes. */
class SteadyClient {
  answers = 0;
  /** How the connection ended: after an answer that said so, or with a request unanswered. */
  end: 'told' | 'cut' | null = null;
  readonly #socket: Socket;
  #answer = '';

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#socket = connect(Number(port), hostname, () => this.#socket.write(REQUEST));
    this.#socket.on('data', (bytes: Buffer) => this.#read(bytes.toString()));
    this.#socket.on('error', () => {}).on('close', () => (this.end ??= 'cut'));
  }

  #read(text: string): void {
    this.#answer += text;
    if (!this.#answer.endsWith(ANSWER_ENDS)) return;
    this.answers++;
    if (/^connection: close/im.test(this.#answer)) this.end = 'told';
    else this.#socket.write(REQUEST);
    this.#answer = '';
  }
}

test('under a load of kept connections no request is cut unanswered', async () => {
  const api = start('api');
  const url = await api.url();
  const clients = Array.from({ length: 200 }, () => new SteadyClient(url));
  const isWarm = () => clients.every(({ answers }) => answers > 20);
  await until(isWarm, { describe: 'every client is served', timeoutMs: 30_000 });
  api.signal('SIGTERM');
  expect(await api.ended).toMatchObject({ code: 0 });
  await until(() => clients.every(({ end }) => end), { describe: 'every connection has ended' });
  expect(clients.filter(({ end }) => end === 'cut')).toHaveLength(0);
});

/** What a process says at its end; empty: nothing was cut off. */
function cutOffBy(run: ServiceRun): string[] {
  const { cutOff = [], msg } = JSON.parse(run.log.at(-1)!) as { cutOff?: string[]; msg: string };
  expect(msg).toBe(cutOff.length > 0 ? `stopped, but cut off: ${cutOff.join(', ')}` : 'stopped');
  return cutOff;
}

async function onLedger<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  return work(client).finally(() => client.end());
}

/** Whether the other processes no longer expect anything of one that has ended. */
async function hasSignedOff(run: ServiceRun): Promise<boolean> {
  const find = 'select from processes where name like $1';
  const { rowCount } = await onLedger((client) => client.query(find, [`%:${run.pid}`]));
  return rowCount === 0;
}

test('a process signs off although it drained for long and a request never ends', async () => {
  const run = start('api', { ...proxied(), DRAIN_DELAY_MS: '3000' });
  const { hostname, port } = new URL(await run.url());
  const client = connect(Number(port), hostname).on('error', () => {});
  client.write('POST /v1/quotes HTTP/1.1\r\nhost: shop\r\ncontent-length: 9\r\n\r\n');
  expect(await hasSignedOff(run)).toBe(false);
  proxies.postgres.delay(() => 100);
  run.signal('SIGTERM');
  const { code } = await run.ended;
  proxies.postgres.delay(null);
  client.destroy();
  expect(cutOffBy(run)).toEqual(['requests under way']);
  expect(code).toBe(5);
  expect(await hasSignedOff(run)).toBe(true);
});

test('the end of a worker does not wait for what only reads', async () => {
  const run = start('worker');
  await run.url();
  await onLedger(async (client) => {
    await client.query('begin; lock table audit_runs in access exclusive mode');
    const find = "select from pg_stat_activity where wait_event_type = 'Lock'";
    await until(async () => ((await client.query(find)).rowCount ?? 0) > 0, {
      describe: 'a look at the statuses waits for the lock',
      timeoutMs: 20_000,
    });
    run.signal('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 0, err: '' });
  });
  expect(cutOffBy(run)).toEqual([]);
  expect(await hasSignedOff(run)).toBe(true);
});

const SIGN_OFF = 'handing over and signing off';
/** An orchestrator kills a process that has not ended by then. */
const KILL_MS = 10_000;

test.each([
  { role: 'api', silent: 'redis' },
  { role: 'api', silent: 'postgres' },
  { role: 'worker', silent: 'redis' },
  { role: 'worker', silent: 'postgres' },
  { role: 'all', silent: 'redis' },
  { role: 'all', silent: 'postgres' },
] as const)('SIGTERM ends a process ($role) in time while $silent is silent', async (given) => {
  const { role, silent } = given;
  const run = start(role, proxied());
  const url = await run.url();
  if (role !== 'worker') await new SaleAdmin(url, JWT_SECRET).open(sale);
  proxies[silent].drop('both');
  const startMs = performance.now();
  run.signal('SIGTERM');
  const { code } = await run.ended;
  expect(performance.now() - startMs).toBeLessThan(KILL_MS);
  const cutOff = cutOffBy(run);
  // The ledger is enough to sign off.
  expect(cutOff.includes(SIGN_OFF)).toBe(silent === 'postgres');
  expect(code).toBe(cutOff.length > 0 ? 5 : 0);
  expect(await hasSignedOff(run)).toBe(silent === 'redis');
});

test('a second signal ends a process at once', async () => {
  const api = start('api', { DRAIN_DELAY_MS: '3000' });
  await api.url();
  api.signal('SIGTERM');
  await api.said(/"msg":"stopping"/);
  api.signal('SIGTERM');
  const { code } = await api.ended;
  expect(code).toBe(5);
  expect(api.log.at(-1)).toContain('a second signal: ended at once');
});

test('Ctrl-C under npm comes twice at once, and still ends a process gently', async () => {
  const api = start('api', { DRAIN_DELAY_MS: '1000' });
  await api.url();
  api.signal('SIGINT');
  await api.said(/"msg":"stopping"/);
  api.signal('SIGINT');
  expect(await api.ended).toMatchObject({ code: 0 });
  expect(JSON.parse(api.log.at(-1)!)).toMatchObject({ msg: 'stopped' });
});
