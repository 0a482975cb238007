import { execFile } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { WebhookEvent } from '../../../client/index.ts';
import { runMerchant } from '../../../examples/merchant.ts';
import { shopServer } from '../../../examples/shop-server.ts';
import { receiver } from '../../../examples/webhook-receiver.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { JWT_SECRET, bearer, signFor } from '../../../proof/builders/secrets.ts';
import type { OrderId, SaleId } from '../../../src/domain/ids.ts';
import { PayHttp } from '../../world/stage/pay-http.ts';
import { listen, startSending } from '../../world/stage/webhooks.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let stage: PayHttp;
let world: World;
let sale: SaleId;
const open: Server[] = [];

withStage('file', PayHttp.serve, (made, its) => {
  stage = made;
  world = its;
});
beforeAll(async () => {
  const { server } = stage;
  sale = server.sale;
  await server.set('PUT', '', saleBody());
  await server.set('PUT', '/offers/mug', offerBody({ cap: 10 }));
  await server.set('POST', '/open');
});
afterEach(async () => {
  await Promise.all(
    open.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

/** @returns the origin of a server that listens now, until the test ends */
async function listening(server: Server): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const tokenOf = (sub: string): string => signFor(JWT_SECRET, { sub, role: 'shopper' });

/** Asks the shop as a browser would. */
async function ask(shop: string, path: string, body?: object, cart = 'cart-1') {
  const answer = await fetch(`${shop}${path}`, {
    headers: { 'x-shopper': 'alice', 'x-cart': cart },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, any> };
}

test('a shop lists, prices, sells each cart once, and sends the shopper to pay', async () => {
  const shop = await listening(shopServer({ url: stage.server.origin, sale, tokenOf }));
  const offers = await ask(shop, '/offers');
  expect(offers.json).toEqual([{ id: 'mug', title: 'A mug', price: 990, stock: 'in_stock' }]);
  const cart = { lines: [{ offer: 'mug', quantity: 2 }] };
  expect((await ask(shop, '/price', cart)).json).toMatchObject({ total: 1980, problems: [] });
  const bought = await ask(shop, '/buy', cart);
  expect(bought).toMatchObject({ status: 200, json: { total: 1980 } });
  expect(bought.json['payAt']).toContain(stage.sandbox.url);
  expect((await ask(shop, '/buy', cart)).json['order']).toBe(bought.json['order']);
  const none = await ask(shop, '/buy', { lines: [{ offer: 'hat', quantity: 1 }] }, 'cart-2');
  expect(none).toMatchObject({ status: 404, json: { code: 'unknown_offer' } });
});

test('a shop refuses what lacks a shopper, a cart or JSON, in the language asked for', async () => {
  const shop = await listening(shopServer({ url: stage.server.origin, sale, tokenOf }));
  const body = JSON.stringify({ lines: [{ offer: 'hat', quantity: 1 }] });
  const post = async (headers: Record<string, string>, text = body, path = '/buy') => {
    const answer = await fetch(`${shop}${path}`, { method: 'POST', headers, body: text });
    return {
      status: answer.status,
      message: ((await answer.json()) as { message: string }).message,
    };
  };
  const alice = { 'x-shopper': 'alice' };
  const both = { ...alice, 'x-cart': 'cart-3' };
  const refused = [
    post({ 'x-cart': 'cart-3' }),
    post(alice),
    post(both, '{'),
    post(both, body, '/nope'),
  ];
  expect((await Promise.all(refused)).map(({ status }) => status)).toEqual([400, 400, 400, 404]);
  const chinese = await post({ ...both, 'accept-language': 'zh' });
  expect(chinese.message).toMatch(/\p{Script=Han}/u);
});

test('a merchant puts an offer on sale, raises its cap, and reads and exports orders', async () => {
  const claims = { sub: 'mia', role: 'merchant', store: 'store-1' } as const;
  const token = () => signFor(JWT_SECRET, claims);
  const headers = { authorization: bearer({ sub: 'eve', role: 'shopper' }) };
  const placed = await stage.server.send({
    headers: { ...headers, 'idempotency-key': 'eve', prefer: 'wait=10' },
  });
  const { id } = (await placed.json()) as { id: OrderId };
  await payFor(stage.server.shop.api.pool, id);
  const report = await runMerchant({ url: stage.server.origin, sale, store: 'store-1', token });
  expect(report.offer).toBe('Milk jug, 250 ml: in_stock, 50 units, 0 taken');
  expect(report.latest).toEqual([expect.stringContaining(`Z ${id} 990`)]);
  expect(report.csv).toContain(id);
});

test('a receiver takes each signed event once, and turns away what nobody signed', async () => {
  const events: WebhookEvent[] = [];
  const { pool } = stage.server.shop.api;
  let secret = '';
  const onEvent = (event: WebhookEvent) => void events.push(event);
  const url = await listening(receiver({ secret: () => secret, onEvent }));
  secret = await listen(pool, sale, url, { kinds: ['order.placed'] });
  const sending = startSending(world, pool);
  const authorization = bearer({ sub: 'bob', role: 'shopper' });
  await stage.server.send({ headers: { authorization, 'idempotency-key': 'hook' } });
  await until(async () => events.length > 0, { describe: 'the event came' });
  await sending.stop();
  expect(events).toMatchObject([{ type: 'order.placed', data: { order: { shopper: 'bob' } } }]);
  const forged = await fetch(url, { method: 'POST', body: JSON.stringify(events[0]) });
  expect(forged.status).toBe(401);
  expect(events).toHaveLength(1);
});

test('a receiver without the secret of its endpoint does not start, and says why', async () => {
  const { stderr } = await promisify(execFile)('node', ['examples/webhook-receiver.ts']).catch(
    (error: { stderr: string }) => error,
  );
  expect(stderr).toContain('WEBHOOK_SECRET must be the secret of the endpoint');
});
