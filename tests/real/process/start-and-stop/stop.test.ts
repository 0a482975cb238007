import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeAll, afterAll, expect, test } from 'vitest';
import { offerBody, saleBody } from '../../../../proof/builders/sale-files.ts';
import { JWT_SECRET } from '../../../../proof/builders/secrets.ts';
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
  const [redis, postgres] = [new URL(world.redisUrl), new URL(world.databaseUrl)];
  const folder = postgres.searchParams.get('host');
  proxies = {
    redis: await TcpProxy.start({ host: redis.hostname, port: Number(redis.port) }),
    postgres: await TcpProxy.start(
      folder
        ? { socket: `${folder}/.s.PGSQL.5432` }
        : { host: postgres.hostname, port: Number(postgres.port) },
    ),
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
  const { username, password } = new URL(world.databaseUrl);
  const user = password ? `${username}:${password}` : username;
  return {
    REDIS_URL: `redis://127.0.0.1:${proxies.redis.port}`,
    DATABASE_URL: `postgresql://${user}@127.0.0.1:${proxies.postgres.port}/doorbuster`,
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

test.each([
  { role: 'api', silent: 'redis', cut: null },
  { role: 'api', silent: 'postgres', cut: 'handing over and signing off' },
  { role: 'worker', silent: 'redis', cut: 'settling, chores and signing off' },
  { role: 'worker', silent: 'postgres', cut: 'settling, chores and signing off' },
  { role: 'all', silent: 'redis', cut: 'settling, chores and signing off' },
  { role: 'all', silent: 'postgres', cut: 'handing over and signing off' },
] as const)('SIGTERM ends a process ($role) in 8 s while $silent is silent', async (given) => {
  const { role, silent, cut } = given;
  const run = start(role, proxied());
  const url = await run.url();
  if (role !== 'worker') await new SaleAdmin(url, JWT_SECRET).open(sale);
  proxies[silent].drop('both');
  const startMs = performance.now();
  run.signal('SIGTERM');
  const { code } = await run.ended;
  expect(performance.now() - startMs).toBeLessThan(8_000);
  const { cutOff = [], msg } = JSON.parse(run.log.at(-1)!) as { cutOff?: string[]; msg: string };
  if (cut !== null) expect(cutOff).toContain(cut);
  expect(msg).toBe(cutOff.length > 0 ? `stopped, but cut off: ${cutOff.join(', ')}` : 'stopped');
  expect(code).toBe(cutOff.length > 0 ? 5 : 0);
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
