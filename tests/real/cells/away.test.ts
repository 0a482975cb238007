import { afterEach, beforeEach, expect, test } from 'vitest';
import { pack, unpack } from '../../../src/platform/codec.ts';
import { SILENT } from '../../../src/process/wiring/observer.ts';
import { injectedApi } from '../../world/stage/http.ts';
import { expireNow, lapse, addressOf } from '../../world/stage/life.ts';
import { readRaw, rewrite } from '../../world/checks/outbox.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop } from '../../world/stage/shop.ts';
import { createWorld } from '../../world/servers/world.ts';
import type { OwnWorld } from '../../world/servers/world.ts';

let world: OwnWorld;
let shop: Shop;

beforeEach(async () => {
  world = await createWorld({ ownServers: true });
  shop = await Shop.create(world, { backlogLimit: 3, observer: SILENT });
  await shop.open([offer('a')]);
});
afterEach(async () => {
  await shop.close();
  await world.dispose();
});

const order = { lines: [{ offer: 'a', quantity: 1 }] };

test('orders are taken without Postgres up to the backlog limit, and none is lost', async () => {
  const { app, ask } = await injectedApi(shop);
  const shopper = ask({ sub: 'u1', role: 'shopper' });
  const operator = ask({ sub: 'op', role: 'operator' });
  const orders = `/v1/sales/${shop.sale}/orders`;
  await world.postgres.kill();
  const placed = [];
  for (const key of ['k1', 'k2', 'k3']) placed.push(await shopper('POST', orders, order, key));
  expect(placed.map((answer) => answer.statusCode)).toEqual([201, 201, 201]);
  const full = await shopper('POST', orders, order, 'k4');
  expect(full.json()).toMatchObject({ status: 503, code: 'busy' });
  expect(Number(full.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  const again = await shopper('POST', orders, order, 'k1');
  expect(again.body).toBe(placed[0]!.body);
  const seen = await shopper('GET', `/v1/orders/${placed[0]!.json().id}`);
  expect(seen.json()).toMatchObject({ state: 'reserved', settled: false });
  const change = await operator('PUT', `/v1/sales/${shop.sale}/offers/b`, {
    store: 's',
    title: 't',
    price: 1,
    cap: 1,
  });
  expect(change.json()).toMatchObject({ status: 503, code: 'busy' });
  await world.postgres.restart();
  await shop.settleAll();
  expect((await shopper('POST', orders, order, 'k4')).statusCode).toBe(201);
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ held: 4, unsettled: 0, available: 96 });
  await app.close();
});

const HOUR_MS = 3_600_000;

/** Moves the clock: the entries of the outbox were written this long ago. */
async function ageOutbox(ms: number): Promise<void> {
  const address = await addressOf(shop);
  const { redis } = shop.worker;
  const aged = (await readRaw(redis, address)).map((entry) => {
    const body = unpack(entry.body) as { at: number; pay_by: number };
    const older = { ...body, at: body.at - ms, pay_by: body.pay_by - ms };
    return { ...entry, body: pack(older) };
  });
  await rewrite(redis, address, aged);
}

test('no order is lost or expires early while Postgres is away', async () => {
  const { app, ask } = await injectedApi(shop);
  const buy = (sub: string) =>
    ask({ sub, role: 'shopper' })('POST', `/v1/sales/${shop.sale}/orders`, order, sub);
  const early = (await buy('early')).json();
  await shop.settleAll();
  await world.postgres.kill();
  const answers = [];
  for (const sub of ['u1', 'u2', 'u3', 'u4', 'u5']) answers.push(await buy(sub));
  expect(answers.map((answer) => answer.statusCode)).toEqual([201, 201, 201, 503, 503]);
  for (const full of answers.slice(3)) {
    expect(full.json()).toMatchObject({ code: 'busy' });
    expect(Number(full.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  }
  await expect(expireNow(shop)).rejects.toThrow();
  const cancelled = `/v1/orders/${answers[0]!.json().id}/cancel`;
  const u1 = ask({ sub: 'u1', role: 'shopper' });
  expect((await u1('POST', cancelled)).json()).toMatchObject({ status: 503, code: 'busy' });
  await world.postgres.restart();
  const { pool } = shop.worker;
  // An hour later the time to pay is over for the settled order and, by their entries, the others.
  await ageOutbox(HOUR_MS);
  await lapse(shop, [early.id]);
  expect(await expireNow(shop)).toBe(1);
  const [{ now }] = (await pool.query('select now() as now')).rows;
  await shop.settleAll();
  expect(await expireNow(shop)).toBe(0);
  const { rows } = await pool.query(`select expires_at from orders where state = 'reserved'`);
  expect(rows).toHaveLength(3);
  for (const { expires_at: at } of rows) expect(at - now).toBeGreaterThanOrEqual(900_000);
  expect((await buy('u4')).statusCode).toBe(201);
  await shop.settleAll();
  const { brokenPromises, units } = await shop.audit();
  // The entries were aged, and not the records of the shoppers.
  const aged = ['u1', 'u2', 'u3'].map((sub) => `${shop.sale}.0/shoppers/${sub}`);
  expect(brokenPromises.map(({ subject }) => subject)).toEqual(aged);
  expect(units).toMatchObject({ held: 4, unsettled: 0, available: 96 });
  await app.close();
});

test('an order is found in its cell without Postgres, and no other is denied', async () => {
  const { app, ask } = await injectedApi(shop);
  const shopper = ask({ sub: 'u1', role: 'shopper' });
  const orders = `/v1/sales/${shop.sale}/orders`;
  const held = (await shopper('POST', orders, order, 'k1')).json();
  const unknown = `${shop.sale}_0_${'A'.repeat(22)}`;
  const elsewhere = `nowhere_0_${'A'.repeat(22)}`;
  const paths = [`/v1/orders/${unknown}`, `/v1/orders/${elsewhere}`, orders];
  const statuses = async () => {
    const answers = await Promise.all(paths.map((path) => shopper('GET', path)));
    return answers.map(({ statusCode }) => statusCode);
  };
  expect(await statuses()).toEqual([404, 404, 200]);
  await world.postgres.kill();
  expect(await statuses()).toEqual([503, 503, 503]);
  const lines = held.lines.map((line: object) => ({ ...line, title: 'Offer a' }));
  expect((await shopper('GET', `/v1/orders/${held.id}`)).json()).toEqual({
    ...held,
    createdAt: null,
    currency: 'CNY',
    lines,
  });
  expect((await shopper('GET', '/v1/orders/no-order-id')).statusCode).toBe(404);
  await world.postgres.restart();
  expect(await statuses()).toEqual([404, 404, 200]);
  await app.close();
});

test('a settled order is found without Redis, and no other is denied', async () => {
  const { app, ask } = await injectedApi(shop);
  const shopper = ask({ sub: 'u1', role: 'shopper' });
  const orders = `/v1/sales/${shop.sale}/orders`;
  const { id } = (await shopper('POST', orders, order, 'k1')).json();
  await shop.settleAll();
  await world.redis.kill();
  expect((await shopper('GET', `/v1/orders/${id}`)).json()).toMatchObject({ id, settled: true });
  const unknown = `/v1/orders/${shop.sale}_0_${'A'.repeat(22)}`;
  expect((await shopper('GET', unknown)).json()).toMatchObject({ status: 503, code: 'busy' });
  expect((await shopper('GET', orders)).json()).toMatchObject({ status: 503, code: 'busy' });
  await app.close();
});

test('a bug in reading an order is a fault, not an outage or a missing order', async () => {
  const { app, ask } = await injectedApi(shop);
  const shopper = ask({ sub: 'u1', role: 'shopper' });
  await shop.worker.pool.query('alter view settled_order_rows rename to misnamed');
  const unknown = `/v1/orders/${shop.sale}_0_${'A'.repeat(22)}`;
  expect((await shopper('GET', unknown)).json()).toMatchObject({ status: 500, code: 'fault' });
  const orders = await shopper('GET', `/v1/sales/${shop.sale}/orders`);
  expect(orders.json()).toMatchObject({ status: 500, code: 'fault' });
  await app.close();
});
