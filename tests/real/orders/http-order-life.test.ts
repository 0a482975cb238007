import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrderId, StoreId } from '../../../src/domain/ids.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { sendEventsTo } from '../../../src/process/start-own-sandbox.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { startSandbox } from '../../../src/provider/sandbox-server/server.ts';
import type { SandboxServer } from '../../../src/provider/sandbox-server/server.ts';
import { expireUnpaidOrders } from '../../../src/service/orders/expire-loop.ts';
import { makeProviderCalls } from '../../../src/service/orders/make-provider-calls.ts';
import { HttpShop, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import { bearer, newWebhookSecret } from '../../../proof/builders/secrets.ts';
import type { Asked } from '../../world/stage/http-shop.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const SECRET = newWebhookSecret();
const byOperator = { authorization: operator };
const byMerchant = { authorization: merchant };
const byOther = { authorization: bearer({ sub: 'm3', role: 'merchant', store: 'store-3' }) };

let world: World;
let sandbox: SandboxServer;
let shop: HttpShop;
/** Orders of u1 for two mugs and a bowl; no test changes their states. */
let unpaid: OrderId;
let expired: OrderId;
let cancelled: OrderId;
let paid: OrderId;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  sandbox = await startSandbox({
    time: systemTime,
    eventsUrl: 'http://127.0.0.1:1/',
    secret: SECRET,
  });
  const provider = sandboxProvider({ time: systemTime, url: sandbox.url, secrets: [SECRET] });
  const offers = [
    offer('mug', { lane: 'cart', limitPerShopper: 50 }),
    offer('bowl', { lane: 'cart', store: 'store-2' as StoreId }),
  ];
  shop = await HttpShop.open(world, offers, { provider });
  await sendEventsTo(sandbox.url, `${shop.origin}/v1/payment-events`);
  expired = await order('expired');
  await shop.shop.api.pool.query("update orders set expires_at = now() - interval '1 second'");
  expect(await expireUnpaidOrders(shop.shop.api)).toBe(1);
  unpaid = await order('unpaid');
  cancelled = await order('cancelled');
  expect((await ask(cancelled, 'cancel')).status).toBe(200);
  paid = await paidOrder('paid');
});
afterAll(async () => {
  expect((await shop?.shop.audit())?.brokenPromises).toEqual([]);
  await shop?.close();
  await sandbox?.close();
});

/** Places and settles an order of u1. */
async function order(key: string): Promise<OrderId> {
  const lines = [
    { offer: 'mug', quantity: 2 },
    { offer: 'bowl', quantity: 1 },
  ];
  const placed = await shop.send({ headers: { 'idempotency-key': key }, body: { lines } });
  expect(placed.status).toBe(201);
  await shop.shop.settleAll();
  return (await json(placed)).id as OrderId;
}

const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

const ask = (id: string, what: string, { body = {}, ...rest }: Asked = {}) =>
  shop.send({ path: `/v1/orders/${id}/${what}`, body, ...rest });

const see = async (id: string) =>
  json(await shop.send({ method: 'GET', path: `/v1/orders/${id}` }));

/** Lets the shopper pay at the provider, which sends events over HTTP. */
async function paidOrder(key: string): Promise<OrderId> {
  const id = await order(key);
  const { url } = await json(await ask(id, 'payments'));
  const body = new URLSearchParams({ outcome: 'authorize' });
  await fetch(url as string, { method: 'POST', body, redirect: 'manual' });
  const { api } = shop.shop;
  const calling = { ...api, provider: api.provider!, onError: () => {} };
  await until(async () => (await makeProviderCalls(calling)) > 0, {
    describe: 'a capture is asked for',
  });
  await until(async () => (await see(id)).state === 'paid', { describe: 'the order is paid' });
  return id;
}

const refundOf = (lines: object[], more: object = {}, key = 'r1'): Asked => ({
  body: { lines, ...more },
  headers: { ...byOperator, 'idempotency-key': key },
});

describe('an order', () => {
  test('is paid once, through one payment', async () => {
    const id = await order('pays');
    const made = await ask(id, 'payments');
    const open = await ask(id, 'payments');
    expect([made.status, open.status]).toEqual([201, 200]);
    expect(await made.text()).toBe(await open.text());
  });

  test('is cancelled once, and a second request changes nothing', async () => {
    const id = await order('gives');
    const first = await ask(id, 'cancel');
    expect(first.status).toBe(200);
    expect(await json(first)).toMatchObject({ id, state: 'cancelled', settled: true });
    expect((await ask(id, 'cancel')).status).toBe(200);
  });

  test('is refunded by lines once per key, and shows the refund', async () => {
    const id = await paidOrder('refunds');
    const asked = refundOf([{ line: 0, quantity: 1 }], { restock: true });
    const first = await ask(id, 'refunds', asked);
    expect(first.status).toBe(201);
    const view = await first.text();
    expect(JSON.parse(view)).toMatchObject({ order: id, state: 'partly_refunded', cash: 990 });
    const replay = await ask(id, 'refunds', asked);
    expect([replay.status, replay.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await replay.text()).toBe(view);
    expect(await see(id)).toMatchObject({ state: 'partly_refunded', refunded: 990 });
  });

  test('has a history that its owner and operators see', async () => {
    const path = `/v1/orders/${paid}/moves`;
    const seen = await json(await shop.send({ method: 'GET', path }));
    expect(seen).toEqual({
      items: [
        {
          from: 'reserved',
          to: 'paid',
          who: 'provider:sandbox',
          why: expect.any(String),
          at: expect.any(String),
        },
      ],
      next: null,
    });
    expect(await json(await shop.send({ method: 'GET', path, headers: byOperator }))).toEqual(seen);
    const other = { authorization: shopper('u2') };
    await shop.refuses({ method: 'GET', path, headers: other }, 404, 'not_found');
  });
});

describe('a payment is refused', () => {
  const asked = (id: string): Asked => ({ path: `/v1/orders/${id}/payments`, body: {} });

  test('for another shopper’s order and for an unknown one', async () => {
    const headers = { authorization: shopper('u2') };
    await shop.refuses({ ...asked(unpaid), headers }, 404, 'not_found');
    await shop.refuses(asked('no-order-id'), 404, 'not_found');
    await shop.refuses(asked(`${shop.sale}_0_${'A'.repeat(22)}`), 404, 'not_found');
  });

  test('for an order that is expired, cancelled or paid', async () => {
    for (const [id, state] of Object.entries({ expired, cancelled, paid }).map(([a, b]) => [
      b,
      a,
    ])) {
      expect(await shop.refuses(asked(id!), 409, 'not_payable')).toMatchObject({ state });
    }
  });

  test('with an amount of the shopper’s own', async () => {
    await shop.refuses({ ...asked(unpaid), body: { amount: 1 } }, 400, 'invalid', '/amount');
  });
});

describe('a cancellation is refused', () => {
  const asked = (id: string): Asked => ({ path: `/v1/orders/${id}/cancel`, body: {} });

  test('for an order that is another shopper’s, expired or paid', async () => {
    const headers = { authorization: shopper('u2') };
    await shop.refuses({ ...asked(unpaid), headers }, 404, 'not_found');
    await shop.refuses(asked(expired), 409, 'conflict');
    await shop.refuses(asked(paid), 409, 'conflict');
  });
});

describe('a refund is refused', () => {
  const refuses = (id: string, asked: Asked, status: number, code: string, pointer?: string) =>
    shop.refuses({ path: `/v1/orders/${id}/refunds`, ...asked }, status, code, pointer);
  const mug = { line: 0, quantity: 1 };

  test('for more than is left of a line', async () => {
    const asked = refundOf([{ line: 0, quantity: 3 }]);
    const problem = await refuses(paid, asked, 409, 'not_refundable');
    expect(problem).toMatchObject({ state: 'paid', detail: 'line 0 has only 2 left to refund' });
  });

  test('for an order that is not paid', async () => {
    for (const [id, state] of Object.entries({ expired, cancelled }).map(([a, b]) => [b, a])) {
      expect(await refuses(id!, refundOf([mug]), 409, 'not_refundable')).toMatchObject({ state });
    }
    await refuses(unpaid, refundOf([mug]), 409, 'not_refundable');
    await refuses(`${shop.sale}_0_${'A'.repeat(22)}`, refundOf([mug]), 404, 'not_found');
  });

  test('for a line that is another store’s, unknown or named twice', async () => {
    const byKey = { 'idempotency-key': 'r1' };
    const bowl = { body: { lines: [{ line: 1, quantity: 1 }] } };
    const foreign = { ...bowl, headers: { ...byMerchant, ...byKey } };
    await refuses(paid, foreign, 400, 'invalid', '/lines/0/line');
    await refuses(paid, { ...bowl, headers: { ...byOther, ...byKey } }, 404, 'not_found');
    await refuses(paid, refundOf([{ line: 2, quantity: 1 }]), 400, 'invalid', '/lines/0/line');
    await refuses(paid, refundOf([mug, mug]), 400, 'invalid', '/lines/1/line');
  });

  test('without a key and to a shopper', async () => {
    const asked = refundOf([mug]);
    const keyless = { ...asked, headers: { ...byOperator, 'idempotency-key': null } };
    await refuses(paid, keyless, 400, 'key_missing');
    await refuses(paid, { body: asked.body }, 403, 'forbidden');
  });
});

describe('a patch of an offer', () => {
  const patch = (
    body: unknown,
    headers: Record<string, string> = byMerchant,
    id = 'mug',
  ): Asked => ({
    ...{ method: 'PATCH', path: `${shop.path}/offers/${id}` },
    ...{ body, headers },
  });

  test.each([
    [{ cap: -1 }, '/cap'],
    [{ cap: 'x' }, '/cap'],
    [{ cap: 1_000_000_001 }, '/cap'],
    [{}, ''],
    [{ cap: 5, lane: 'flash' }, '/lane'],
    [{ price: 2_000 }, '/price'],
    [{ opensAt: '2026-01-02T00:00:00Z', closesAt: '2026-01-01T00:00:00Z' }, '/closesAt'],
  ])('is refused with %j', async (body, pointer) => {
    await shop.refuses(patch(body), 400, 'invalid', pointer);
  });

  test('is refused for another store’s offer and for an unknown one', async () => {
    await shop.refuses(patch({ cap: 5 }, byMerchant, 'bowl'), 404, 'not_found');
    await shop.refuses(patch({ cap: 5 }, byMerchant, 'none'), 404, 'not_found');
    await shop.refuses(patch({ cap: 5 }, { authorization: shopper('u1') }), 403, 'forbidden');
  });

  test('cuts a cap and raises it again', async () => {
    const cut = await shop.send(patch({ cap: 3 }));
    expect(cut.status).toBe(200);
    const { asked, effective, committed, debt } = (await json(cut)) as Record<string, number>;
    expect(asked).toBe(3);
    expect(effective).toBe(committed);
    expect(debt).toBe(effective! - 3);
    const raised = await shop.send(patch({ cap: 100, price: 880 }));
    expect(await json(raised)).toMatchObject({
      ...{ asked: 100, effective: 100, committed, debt: 0 },
      offer: { id: 'mug', price: 880 },
    });
  });
});

test('a malformed order id is answered like an unknown order', async () => {
  const lines = [{ line: 0, quantity: 1 }];
  const id = 'xx%00';
  const path = `/v1/orders/${id}`;
  await shop.refuses({ path: `${path}/payments`, body: {} }, 404, 'not_found');
  await shop.refuses({ path: `${path}/cancel`, body: {} }, 404, 'not_found');
  const headers = { ...byOperator, 'idempotency-key': 'nul' };
  await shop.refuses({ path: `${path}/refunds`, headers, body: { lines } }, 404, 'not_found');
  await shop.refuses({ method: 'GET', path: `${path}/moves` }, 404, 'not_found');
  const asked = { method: 'GET', path: `${path}/moves`, headers: byOperator } as const;
  await shop.refuses(asked, 404, 'not_found');
});

describe('an event', () => {
  const data = { id: 'pay_1', payment: 'p_1', order: 'o_1', amount: 990, currency: 'CNY' };
  const text = JSON.stringify({ type: 'payment.captured', timestamp: 'now', data });
  const event = (signed: string, sent = signed, at = new Date()): Asked => ({
    path: '/v1/payment-events',
    body: sent,
    headers: {
      authorization: null,
      'webhook-id': 'e1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('e1', at, signed),
    },
  });

  test('that is unsigned, altered or stale is refused', async () => {
    const unsigned = { ...event(text), headers: { authorization: null } };
    await shop.refuses(unsigned, 401, 'unauthenticated');
    await shop.refuses(event(text, text.replace('990', '991')), 401, 'unauthenticated');
    const old = new Date(Date.now() - 600_000);
    await shop.refuses(event(text, text, old), 401, 'unauthenticated');
  });

  test.each([
    ['[]', ''],
    [text.replace('"timestamp":"now",', ''), '/timestamp'],
    [text.replace('990', '"990"'), '/data/amount'],
    [text.replace('"data"', '"more":1,"data"'), '/more'],
    ['no JSON', ''],
  ])('that is signed but malformed (%s) is refused and not kept', async (signed, pointer) => {
    await shop.refuses(event(signed), 400, 'invalid', pointer);
    const kept = await shop.shop.api.pool.query(`select from payment_events where event_id = 'e1'`);
    expect(kept.rowCount).toBe(0);
  });

  test('of an unknown payment is kept for an operator, once', async () => {
    const outcomes = [await shop.send(event(text)), await shop.send(event(text))];
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
    expect(await Promise.all(outcomes.map(json))).toEqual([
      { outcome: 'unknown' },
      { outcome: 'duplicate' },
    ]);
  });
});
