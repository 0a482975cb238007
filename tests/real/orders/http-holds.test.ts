import { beforeAll, expect, test } from 'vitest';
import { expireUnpaidOrders } from '../../../src/service/orders/expire-loop.ts';
import { HttpShop, operator } from '../../world/stage/http-shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';

let shop: HttpShop;

const terms = saleBody({ payWithinSeconds: 1 });
const limits = { holdsPerShopper: 2, cooldown: { after: 3, seconds: 300 }, clawback: true };
const mug = offerBody({ lane: 'flash' });

withStage('file', HttpShop.serve, (made) => (shop = made));
beforeAll(async () => {
  await shop.set('PUT', '', { ...terms, ...limits });
  await shop.set('PUT', '/offers/mug', mug);
  await shop.set('POST', '/open');
});

const place = (key: string) => shop.send({ headers: { 'idempotency-key': key } });

/** Lets all unpaid orders expire. */
async function letExpire(): Promise<void> {
  await shop.shop.settleAll();
  const { api } = shop.shop;
  await api.pool.query("update orders set expires_at = now() - interval '1 second'");
  await expireUnpaidOrders(api);
}

test('a sale shows how long and how many orders may stay unpaid, and its cooldown', async () => {
  const shown = await shop.send({ method: 'GET', path: shop.path });
  expect(await shown.json()).toMatchObject({ payWithinSeconds: 1, ...limits });
  const headers = { authorization: operator };
  const asked = { method: 'PUT', path: '/v1/sales/plain', headers, body: terms };
  expect(await (await shop.send(asked)).json()).toMatchObject({
    ...{ holdsPerShopper: 20, cooldown: { after: 3, seconds: 600 }, clawback: false },
  });
});

test('a shopper may have two unpaid orders and waits when too many have expired', async () => {
  for (const key of ['first', 'second']) expect((await place(key)).status).toBe(201);
  const third = { headers: { 'idempotency-key': 'third' } };
  const held = await shop.refuses(third, 409, 'limit_reached');
  expect(held).toMatchObject({ of: 'holds', limit: 2, taken: 2 });
  await letExpire();
  expect((await place('third')).status).toBe(201);
  await letExpire();
  await shop.refuses({ headers: { 'idempotency-key': 'fourth' } }, 429, 'rate_limited');
  const wait = Number((await place('fourth')).headers.get('retry-after'));
  expect(wait).toBeGreaterThan(200);
  expect(wait).toBeLessThanOrEqual(303);
  const replay = await place('first');
  expect([replay.status, replay.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
});
