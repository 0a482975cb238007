import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellKeys } from '../../../src/cell/keys.ts';
import type { OrderView } from '../../../src/domain/order.ts';
import type { SaleId } from '../../../src/domain/ids.ts';
import type { PaymentView } from '../../../src/domain/payment.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { JWT_SECRET, bearer, signFor } from '../../../proof/builders/secrets.ts';
import { postgresTarget, urlThroughProxy } from '../../../proof/fleet/postgres-address.ts';
import { SaleAdmin } from '../../../proof/fleet/sale-admin.ts';
import { startSandboxProcess } from '../../../proof/fleet/service-process.ts';
import type { SandboxProcess } from '../../../proof/fleet/service-process.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { createPseudonyms } from '../../../src/platform/log.ts';
import { Issuer, newKeys, signedBy } from '../../world/servers/issuer.ts';
import { doorbusterOn, environmentOf } from '../../world/servers/command.ts';
import { ServiceRun } from '../../world/servers/service-run.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

/** The shopper whose name may be in the ledger, in Redis and in answers, and nowhere else. */
const CANARY = 'canary.4f7e19@shop.example';
const SALE = 'drop' as SaleId;
const SECONDS = 1_000;
const authorization = bearer({ sub: CANARY, role: 'shopper' });
const keys = newKeys('EdDSA', 'current');

let world: World;
let issuer: Issuer;
let sandbox: SandboxProcess;
let folder: string;
let proxies: Record<'redis' | 'postgres', TcpProxy>;
let service: ServiceRun;
let url: string;
let redis: Redis;
let postgres: pg.Client;
withWorld('file', (made) => (world = made));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorbuster-canary-'));
  sandbox = await startSandboxProcess(folder);
  issuer = await Issuer.start([keys]);
  const target = new URL(world.redisUrl);
  proxies = {
    redis: await TcpProxy.start({ host: target.hostname, port: Number(target.port) }),
    postgres: await TcpProxy.start(postgresTarget(world.databaseUrl)),
  };
  service = new ServiceRun(['--role', 'all'], {
    ...environmentOf(world),
    REDIS_URL: `redis://127.0.0.1:${proxies.redis.port}${target.pathname}`,
    DATABASE_URL: urlThroughProxy(world.databaseUrl, proxies.postgres.port),
    JWT_JWKS_URL: issuer.url,
    LOG_LEVEL: 'trace',
    ACCESS_LOG: 'true',
    PAYMENT_PROVIDER: 'sandbox',
    SANDBOX_URL: sandbox.url,
    PAYMENT_EVENT_SECRETS: sandbox.secret,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  });
  url = await service.url();
  await sandbox.tell(url);
  redis = new Redis(world.redisUrl);
  postgres = new pg.Client({ connectionString: world.databaseUrl });
  await postgres.connect();
});
afterAll(async () => {
  await service?.discard();
  redis?.disconnect();
  await postgres?.end();
  await Promise.all(Object.values(proxies ?? {}).map((proxy) => proxy.stop()));
  await sandbox?.stop();
  await issuer?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly token?: string;
}

async function ask(path: string, { method, body, key, token = authorization }: Asked = {}) {
  const reply = await fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: token,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

const order = (offer: string, key: string, more: object = {}) =>
  ask(`/v1/sales/${SALE}/orders`, { body: { lines: [{ offer, quantity: 1 }], ...more }, key });

/** Orders until the cell answers. */
const orderSurely = (offer: string, key: string) =>
  until(
    async () => {
      const reply = await order(offer, key).catch(() => null);
      return reply?.status === 201 && (reply.body as unknown as OrderView);
    },
    { describe: `an order of ${offer} is placed`, timeoutMs: 30 * SECONDS },
  );

const stateOf = async (id: string) => (await ask(`/v1/orders/${id}`)).body['state'];

async function openSale(): Promise<void> {
  await new SaleAdmin(url, JWT_SECRET).open({
    sale: { id: SALE, ...saleBody() },
    offers: [
      { id: 'flash', ...offerBody({ lane: 'flash', cap: 9, limitPerShopper: 5 }) },
      { id: 'cart', ...offerBody({ cap: 100 }) },
      { id: 'last', ...offerBody({ cap: 1 }) },
    ],
    balances: [{ shopper: CANARY, points: 500, redPacket: 100 }],
  });
  const token = bearer({ sub: CANARY, role: 'operator' });
  const body = { url: 'http://127.0.0.1:9/hook', kinds: ['order.placed', 'order.paid'] };
  expect((await ask(`/v1/sales/${SALE}/webhooks/erp`, { method: 'PUT', body, token })).status).toBe(
    200,
  );
}

async function payFor(id: string): Promise<void> {
  const { body } = await ask(`/v1/orders/${id}/payments`, { body: {} });
  const page = (body as unknown as PaymentView).url!;
  const form = new URLSearchParams({ outcome: 'authorize' });
  await fetch(page, { method: 'POST', body: form, redirect: 'manual' });
  await until(async () => (await stateOf(id)) === 'paid', { describe: 'the order is paid' });
}

/** Requests that are refused, each with the name of the shopper where it can be. */
async function beRefused(): Promise<void> {
  const named = encodeURIComponent(CANARY);
  const expired = `Bearer ${signFor(JWT_SECRET, { sub: CANARY, role: 'shopper' }, 1)}`;
  const old = expired.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  const asked: readonly (readonly [number, string, Asked?])[] = [
    [404, `/v1/${named}`],
    [404, `/v1/orders/${named}`],
    [400, `/v1/sales/${named}/wallet`],
    [403, `/v1/sales/${SALE}/shoppers/${named}/balances`, { method: 'PUT', body: {} }],
    [401, `/v1/sales/${SALE}/wallet?shopper=${named}`, { token: old }],
    [400, `/v1/sales/${SALE}/orders`, { body: { lines: [], shopper: CANARY }, key: 'r1' }],
    [400, `/v1/sales/${SALE}/orders`, { body: `{"lines":[${CANARY}`, key: 'r2' }],
    [400, `/v1/sales/${SALE}/orders`, { body: { lines: [] }, key: CANARY }],
    [401, '/v1/payment-events', { body: { shopper: CANARY } }],
  ];
  for (const [status, path, more] of asked) {
    expect((await ask(path, more)).status, path).toBe(status);
  }
}

/** Another service signs the shopper in: a key set verifies those tokens. */
async function beSignedByKeys(): Promise<void> {
  const { JWT_AUDIENCE: aud, JWT_ISSUER: iss } = environmentOf(world);
  const iat = Math.floor(Date.now() / SECONDS);
  const claims = { sub: CANARY, role: 'shopper', aud, iss, iat, exp: iat + 60 };
  const path = `/v1/sales/${SALE}/wallet`;
  expect((await ask(path, { token: signedBy(keys, claims) })).status).toBe(200);
  const thief = newKeys('EdDSA', CANARY);
  expect((await ask(path, { token: signedBy(thief, claims) })).status).toBe(401);
  issuer.answer((reply) => reply.writeHead(500).end(CANARY));
}

/** The records of the shopper in Redis become unreadable: a fault, and a rebuilt cell. */
async function beDamaged(): Promise<void> {
  const { shoppers, wallets } = cellKeys({ sale: SALE, cell: 0 }, 1);
  await redis.hset(shoppers, CANARY, `not ours: ${CANARY}`);
  await redis.hset(wallets, CANARY, `not ours: ${CANARY}`);
  await order('cart', 'k5');
  await service.said(/damaged in Redis/);
  await orderSurely('cart', 'k5');
}

/** The ledger falls silent, then Redis cuts its connections, in mid-sale. */
async function loseServers(first: OrderView): Promise<void> {
  proxies.postgres.drop('both');
  const unsettled = await orderSurely('cart', 'k6');
  const silent = await ask(`/v1/orders/${first.id}/payments`, { body: {} });
  expect(silent.status).toBe(503);
  proxies.postgres.drop(null);
  proxies.redis.cut();
  await orderSurely('flash', 'k7');
  const isBack = async () => (await stateOf(unsettled.id)) === 'reserved';
  await until(isBack, { describe: 'the ledger is back', timeoutMs: 30 * SECONDS });
  const settled = ['cells_away', 'unsettled_orders', 'instructions'] as const;
  await new SaleAdmin(url, JWT_SECRET).untilQuiet(SALE, 30 * SECONDS, settled);
}

/** An order that the ledger refuses even alone becomes a dead letter. */
async function beBuried(first: OrderView): Promise<void> {
  await orderSurely('cart', 'k8');
  await postgres.query(
    `insert into orders
     select (jsonb_populate_record(o, '{"id": "another", "key": "poison"}')).*
     from orders o where id = $1`,
    [first.id],
  );
  await order('cart', 'poison');
  await service.said(/dead letters: an operator has to act/);
}

test('no line of a log and no metric names a shopper, however things go', async () => {
  await openSale();
  const first = await orderSurely('flash', 'k1');
  expect((await order('cart', 'k2', { points: 100, redPacket: 50 })).status).toBe(201);
  expect((await order('last', 'k3')).status).toBe(201);
  expect((await order('last', 'k4')).status).toBe(409);
  await beRefused();
  await beSignedByKeys();
  await payFor(first.id);
  await beDamaged();
  await loseServers(first);
  const recovered = await doorbusterOn(world, ['cell', 'recover', SALE, '0']);
  expect(recovered.code).toBe(0);
  await beBuried(first);

  const metrics = await (await fetch(`${url}/metrics`)).text();
  service.signal('SIGTERM');
  const { out, err } = await service.ended;
  for (const words of ['answered', 'refused', 'security', 'cell opened', 'away', 'trouble']) {
    expect(out).toContain(`"msg":"${words}"`);
  }
  expect(out).toContain(createPseudonyms(JWT_SECRET).person(CANARY));
  const told = out + err + metrics + recovered.out + recovered.err;
  expect(told).not.toContain(encodeURIComponent(CANARY));
  const bytes = Buffer.from(CANARY);
  for (const spelling of ['latin1', 'base64', 'base64url', 'hex'] as const) {
    expect(told).not.toContain(bytes.toString(spelling));
  }
});
