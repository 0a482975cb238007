import type { Pool, PoolClient } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OrderId } from '../../../src/domain/ids.ts';
import type { ProviderEvent } from '../../../src/domain/payment.ts';
import type { App } from '../../../src/http/deps.ts';
import { USUAL_POOLS } from '../../../src/platform/config/pools.ts';
import { createPool } from '../../../src/platform/postgres.ts';
import type { Metrics } from '../../../src/process/metrics/metrics.ts';
import { readPools } from '../../../src/process/wiring/wire-pools.ts';
import type { PaymentProvider } from '../../../src/provider/payment-provider.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { OPERATOR, newSaleId } from '../../../proof/builders/ids.ts';
import { newRef, openPayment } from '../../../proof/builders/payments.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';
import { setSale } from '../../../src/service/terms/change-sale.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { until } from '../../world/servers/wait-until.ts';
import { apiOf } from '../../world/stage/http.ts';
import { operator, shopper } from '../../world/stage/http-shop.ts';
import { surely } from '../../world/stage/life.ts';
import { Shop } from '../../world/stage/shop.ts';
import type { World } from '../../world/servers/world.ts';

const READS = 2;
/** For each connection 64 may wait. */
const MOST_READS = READS + READS * 64;

const { changes: CHANGES, payments: PAYMENTS } = USUAL_POOLS;
const MOST_CHANGES = CHANGES + CHANGES * 64;
const MOST_PAYMENTS = PAYMENTS + PAYMENTS * 64;

const CHANGES_EACH = 5;
const SENDERS_BEYOND = 50;

/** Its events are signed by nobody. */
const provider = {
  name: 'sandbox',
  verify: (body: Buffer) => JSON.parse(body.toString()) as ProviderEvent,
} as unknown as PaymentProvider;

let shop: Shop;
let app: App;
let metrics: Metrics;
let own: Pool;
let locker: PoolClient;

const create = (world: World) => {
  const patient = { statementMs: 60_000, idleInTransactionMs: 60_000 };
  own = createPool(world.databaseUrl, { max: 1, ...patient, onError: () => {} });
  return Shop.create(world, { provider, poolSizes: { ...USUAL_POOLS, reads: READS } });
};

withStage('test', create, (made) => (shop = made));
beforeEach(async () => {
  await shop.open([offer('a', { cap: 10 })]);
  ({ app, metrics } = await apiOf(shop, { environment: { RATE_LIMITS: 'off' } }));
  metrics.readPools(() => readPools(shop.api.pools));
  locker = await own.connect();
});
afterEach(async () => {
  await app.close();
  locker.release();
  await own.end();
});

const buy = async (): Promise<OrderId> => surely(await shop.buy({ shopper: 'u1' })).order.id;
const stateOf = async (order: OrderId): Promise<string | undefined> => {
  const text = 'select state from orders where id = $1';
  return (await locker.query<{ state: string }>(text, [order])).rows[0]?.state;
};

const eventOf = async (order: OrderId): Promise<object> => {
  const payment = await openPayment(shop.worker.pool, order);
  const { id, ref, amountMinor, currency } = payment;
  return { id: newRef(), kind: 'captured', payment: id, order, ref, amountMinor, currency };
};

test('reads and reports that hang delay no payment, no settlement and no purchase', async () => {
  const order = await buy();
  await shop.settleAll();
  const event = await eventOf(order);
  await locker.query('begin; lock table refunds in access exclusive mode');
  const headers = { authorization: shopper('u1') };
  const read = () => app.inject({ url: `/v1/orders/${order}/details`, headers });
  const reads = Array.from({ length: MOST_READS }, read);
  const figures = { url: `/v1/sales/${shop.sale}/figures`, headers: { authorization: operator } };
  const report = app.inject(figures);
  const hang = `select count(*)::int as count from pg_locks where not granted`;
  const areHanging = async () => {
    const { count } = (await locker.query<{ count: number }>(hang)).rows[0]!;
    // The report, too.
    return count > READS && shop.api.pools.reads.waitingCount === READS * 64;
  };
  await until(areHanging, { describe: 'the pool for reads is full' });

  const refused = await read();
  expect([refused.statusCode, refused.json().code]).toEqual([503, 'busy']);
  expect(await metrics.registry.metrics()).toContain('doorbuster_pool_waiting{pool="reads"} 128');

  const heard = await app.inject({ method: 'POST', url: '/v1/payment-events', payload: event });
  expect(heard.statusCode).toBe(200);
  expect(await stateOf(order)).toBe('paid');

  const next = await buy();
  shop.worker.settler.start();
  await until(async () => (await stateOf(next)) === 'reserved', { describe: 'it is settled' });

  await locker.query('rollback');
  await Promise.all([report, ...reads]);
});

test('changes that hang delay no pause of a sale, and too many are busy at once', async () => {
  const headers = { authorization: operator };
  const other = await app.inject({
    method: 'PUT',
    url: '/v1/sales/other',
    headers,
    payload: saleBody(),
  });
  expect(other.statusCode).toBe(200);
  await locker.query("begin; select from sales where id = 'other' for update");
  const payload = { amount: 1_000, policy: 'partial' };
  const change = () =>
    app.inject({ method: 'PUT', url: '/v1/sales/other/budgets/b1', headers, payload });
  const changes = Array.from({ length: MOST_CHANGES }, change);
  const isFull = () => shop.api.pools.changes.waitingCount === CHANGES * 64;
  await until(isFull, { describe: 'the pool for changes is full' });

  expect((await change()).json().code).toBe('busy');
  const paused = await app.inject({ method: 'POST', url: `/v1/sales/${shop.sale}/pause`, headers });
  expect(paused.json().state).toBe('paused');

  await locker.query('rollback');
  const answers = await Promise.all(changes);
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
});

test('a change that is made is not answered busy while others wait', async () => {
  const headers = { authorization: operator };
  const url = '/v1/sales/other';
  await app.inject({ method: 'PUT', url, headers, payload: saleBody() });
  const made = new Set<string>();
  const send = async (id: string) => {
    const payload = offerBody({ cap: 1 });
    const answer = await app.inject({
      method: 'PUT',
      url: `${url}/offers/${id}`,
      headers,
      payload,
    });
    if (answer.statusCode === 200) made.add(id);
    else expect(answer.json().code).toBe('busy');
  };
  const sendSome = async (_: unknown, sender: number) => {
    for (let i = 0; i < CHANGES_EACH; i++) await send(`offer-${sender}-${i}`);
  };
  await Promise.all(Array.from({ length: MOST_CHANGES + SENDERS_BEYOND }, sendSome));
  const found = await locker.query<{ id: string }>("select id from offers where sale = 'other'");
  expect(made).toEqual(new Set(found.rows.map(({ id }) => id)));
});

test('changes and moves that hang delay no heartbeat, and the directory stays fresh', async () => {
  await locker.query(`begin; select from sales where id = '${shop.sale}' for update`);
  const headers = { authorization: operator };
  const url = `/v1/sales/${shop.sale}`;
  const payload = { url: 'https://shop.example/hook', kinds: ['order.paid'] };
  const put = () => app.inject({ method: 'PUT', url, headers, payload: saleBody() });
  const hook = () => app.inject({ method: 'PUT', url: `${url}/webhooks/w`, headers, payload });
  const pause = () => app.inject({ method: 'POST', url: `${url}/pause`, headers });
  let isOver = false;
  const again = async (ask: () => Promise<unknown>) => {
    while (!isOver) await ask();
  };
  const each = () => [put, hook, pause].map(again);
  const callers = Array.from({ length: MOST_CHANGES / 2 }, each).flat();
  const { changes, moves } = shop.api.pools;
  const areHanging = () => changes.waitingCount === CHANGES * 64 && moves.waitingCount > 0;
  await until(areHanging, { describe: 'the pools for changes and moves are in use' });

  const beat = 'select seen_at > $2 as beats from processes where id = $1';
  const fullAt = (await locker.query('select clock_timestamp() as now')).rows[0].now;
  const beats = async () =>
    (await locker.query(beat, [shop.api.processId, fullAt])).rows[0].beats as boolean;
  await until(beats, { describe: 'the process makes itself known' });
  const fresh = newSaleId();
  await setSale(shop.worker, fresh, saleTerms(), OPERATOR);
  const isKnown = () => shop.api.directory.sale(fresh) !== undefined;
  await until(isKnown, { describe: 'the directory has the new sale' });

  isOver = true;
  await locker.query('rollback');
  await Promise.all(callers);
});

test('payments that hang delay no event of the provider', async () => {
  const [hung, order] = [await buy(), await buy()];
  await shop.settleAll();
  const payload = await eventOf(order);
  await locker.query(`begin; select from orders where id = '${hung}' for update`);
  const headers = { authorization: shopper('u1') };
  const cancel = () =>
    app.inject({ method: 'POST', url: `/v1/orders/${hung}/cancel`, headers, payload: {} });
  const cancels = Array.from({ length: MOST_PAYMENTS }, cancel);
  const isFull = () => shop.api.pools.payments.waitingCount === PAYMENTS * 64;
  await until(isFull, { describe: 'the pool for payments is full' });

  const heard = await app.inject({ method: 'POST', url: '/v1/payment-events', payload });
  expect(heard.statusCode).toBe(200);
  expect(await stateOf(order)).toBe('paid');

  await locker.query('rollback');
  await Promise.all(cancels);
});

test('work that waits for Postgres turns quotes away, and orders go on', async () => {
  await app.close();
  ({ app } = await apiOf(shop, {
    environment: { RATE_LIMITS: 'off', SHED_DELAYS_MS: 'off', SHED_BACKLOGS: '1,50,100' },
  }));
  const order = await buy();
  await shop.settleAll();
  await locker.query('begin; lock table refunds in access exclusive mode');
  const headers = { authorization: shopper('u1') };
  const read = () => app.inject({ url: `/v1/orders/${order}/details`, headers });
  const reads = Array.from({ length: READS + 1 }, read);
  const ask = (path: string) => {
    const payload = { lines: [{ offer: 'a', quantity: 1 }] };
    const keyed = { ...headers, 'idempotency-key': 'k' };
    const url = `/v1/sales/${shop.sale}/${path}`;
    return app.inject({ method: 'POST', url, headers: keyed, payload });
  };
  const isShed = async () => (await ask('quotes')).statusCode === 503;
  await until(isShed, { describe: 'quotes are turned away' });
  expect((await ask('orders')).statusCode).toBe(201);

  await locker.query('rollback');
  await Promise.all(reads);
});
