import { afterEach, describe, expect, test } from 'vitest';
import type { ShopperId } from '../../../src/domain/ids.ts';
import { endOrders } from '../../../src/ledger/orders/change-order-state.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { ProviderAway } from '../../../src/provider/payment-provider.ts';
import type { NewPayment, PaymentProvider } from '../../../src/provider/payment-provider.ts';
import { voidLostPayments } from '../../../src/service/orders/void-lost-payments.ts';
import { startPayment } from '../../../src/service/orders/start-payment.ts';
import { PayShop } from '../../world/stage/pay-shop.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let stage: PayShop;

withStage(
  'test',
  (world) => PayShop.open(world, [offer('a', { priceMinor: 990 })]),
  (made) => (stage = made),
);
afterEach(async () => {
  expect((await stage.shop.audit()).brokenPromises).toEqual([]);
});

/** A payment of the lines’ price, which the audit expects. */
const PAID_BY_HAND = `insert into payments
    (id, order_id, number, provider, ref, amount_minor, currency, state, pays)
  values ($1 || '_p1', $1, 1, 'sandbox', 'by-hand', 990, 'CNY', 'captured', true)`;

const cell = () => ({ sale: stage.shop.sale, cell: 0 });

const end = (order: string, to: 'expired' | 'cancelled') =>
  transaction(stage.shop.api.pool, (client) =>
    endOrders(client, cell(), [order], to, { who: 'test', why: to }),
  );

const payments = () => stage.one<number>('select count(*)::int from payments');

/** The sandbox with a further step after it creates a payment. */
const around = (create: (payment: NewPayment) => Promise<unknown>): PaymentProvider => ({
  ...stage.provider,
  create: async (payment) => {
    const made = await stage.provider.create(payment);
    await create(payment);
    return made;
  },
});

test('a payment has what the shopper’s page needs, and a deadline', async () => {
  const order = await stage.order();
  const view = await stage.startSurely(order);
  const inMs = 'select (extract(epoch from expires_at) * 1000)::bigint from orders';
  const expiresAtMs = await stage.one<number>(inMs);
  expect(view).toEqual({
    id: `${order}_p1`,
    order,
    state: 'open',
    amount: 990,
    currency: 'CNY',
    provider: 'sandbox',
    payBy: new Date(expiresAtMs).toISOString(),
    url: expect.stringContaining(stage.sandbox.url),
  });
});

test('a request while a payment is under way is answered with that payment', async () => {
  const order = await stage.order();
  const first = await Promise.all(Array.from({ length: 8 }, () => stage.start(order)));
  const views = [...first, await stage.start(order)].map((one) => 'view' in one && one.view);
  expect(views.every((view) => view !== false)).toBe(true);
  expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(1);
  expect(first.filter((one) => 'isNew' in one && one.isNew)).toHaveLength(1);
  expect(stage.sandbox.books().payments).toBe(1);
  expect(await payments()).toBe(1);
});

test('after paying, the shopper returns to where the payment began', async () => {
  const order = await stage.order();
  const returnUrl = 'https://shop.example/done?cart=1&from=%22app%22';
  const away: PaymentProvider = {
    ...stage.provider,
    create: async () => {
      throw new ProviderAway('not now');
    },
  };
  expect(await stage.start(order, { returnUrl, provider: away })).toMatchObject({ code: 'busy' });
  const other = 'https://shop.example/other';
  const started = await stage.start(order, { returnUrl: other });
  expect(started).toMatchObject({ view: { returnUrl } });
  const { url, payBy } = ('view' in started && started.view) as { url: string; payBy: string };
  expect(await (await fetch(`${url}/payment`)).json()).toMatchObject({
    lines: [{ title: 'Offer a', quantity: 1 }],
    payBy,
    returnUrl: `${returnUrl}&payment=${order}_p1&state=open`,
  });
  const paid = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'authorize' }),
    redirect: 'manual',
  });
  expect(paid.status).toBe(303);
  expect(paid.headers.get('location')).toBe(`${returnUrl}&payment=${order}_p1&state=authorized`);
});

test('a payment waits until its order is settled', async () => {
  const placed = await stage.shop.buy({ shopper: 'u1' });
  const order = 'order' in placed ? placed.order.id : '';
  const started = stage.start(order);
  await stage.shop.settleAll();
  expect(await started).toMatchObject({ view: { id: `${order}_p1` } });
});

test('a payment is busy while the provider is away and goes on after that', async () => {
  const order = await stage.order();
  stage.sandbox.behave({ down: true });
  expect(await stage.start(order)).toMatchObject({ code: 'busy' });
  expect(await stage.start(order)).toMatchObject({ code: 'busy' });
  stage.sandbox.behave({});
  expect(await stage.startSurely(order)).toMatchObject({ id: `${order}_p1`, state: 'open' });
  expect(await payments()).toBe(1);
});

test('an api that dies before it notes the answer leaves one payment there', async () => {
  const order = await stage.order();
  const dies = around(() => Promise.reject(new Error('killed')));
  await expect(stage.start(order, { provider: dies })).rejects.toThrow('killed');
  expect(await stage.startSurely(order)).toMatchObject({ id: `${order}_p1`, state: 'open' });
  expect(stage.sandbox.books().payments).toBe(1);
});

test('an order that ends during the call leaves no open payment at the provider', async () => {
  const order = await stage.order();
  const ends = around(() => end(order, 'cancelled'));
  const refused = { code: 'not_payable', state: 'cancelled' };
  expect(await stage.start(order, { provider: ends })).toMatchObject(refused);
  expect(await stage.makeProviderCalls()).toBe(1);
  expect(await stage.one('select state from payments')).toBe('voided');
});

describe('a payment whose creation broke off before its order ended', () => {
  const lost = async (nowhere: boolean) => {
    const order = await stage.order();
    const dies = around(() => Promise.reject(new Error('killed')));
    stage.sandbox.behave({ down: nowhere });
    await stage.start(order, { provider: dies }).catch(() => {});
    stage.sandbox.behave({});
    return order;
  };
  const errors: string[] = [];
  const giveUp = () => {
    const onError = (error: Error) => errors.push(error.name);
    const { pool } = stage.shop.api;
    return voidLostPayments({ pool, provider: stage.provider, onCallsDue: () => {}, onError });
  };
  const age = () =>
    stage.shop.api.pool.query("update payments set created_at = now() - interval '61 seconds'");

  test.each([false, true])('is voided (the provider was away: %s)', async (nowhere) => {
    const order = await lost(nowhere);
    await age();
    expect(await giveUp()).toBe(0);
    await end(order, 'cancelled');
    expect(await giveUp()).toBe(1);
    expect(await giveUp()).toBe(0);
    expect(await stage.makeProviderCalls()).toBe(1);
    expect(await stage.one('select state from payments')).toBe('voided');
    expect(stage.sandbox.books().payments).toBe(1);
  });

  test('is left alone for a minute and while the provider is away', async () => {
    await end(await lost(false), 'cancelled');
    expect(await giveUp()).toBe(0);
    await age();
    stage.sandbox.behave({ down: true });
    expect(await giveUp()).toBe(0);
    expect(errors).toEqual(['ProviderAway']);
    expect(await stage.one('select state from payments')).toBe('creating');
  });
});

test('a new payment may begin after a declined card', async () => {
  const order = await stage.order();
  await stage.visit((await stage.startSurely(order)).url, 'decline');
  await stage.heard(1);
  expect(await stage.startSurely(order)).toMatchObject({ id: `${order}_p2`, state: 'open' });
});

test('a payment that the provider refuses fails and says why', async () => {
  const order = await stage.order();
  const provider: PaymentProvider = {
    ...stage.provider,
    create: async () => ({ state: 'refused', detail: 'amount_too_small' }),
  };
  const detail = 'the payment provider refuses: amount_too_small';
  expect(await stage.start(order, { provider })).toEqual({ code: 'conflict', detail });
  expect(await stage.one('select state from payments')).toBe('failed');
  expect(await stage.startSurely(order)).toMatchObject({ id: `${order}_p2`, state: 'open' });
});

test('an order can have at most twenty payments', async () => {
  const order = await stage.order();
  const provider: PaymentProvider = {
    ...stage.provider,
    create: async () => ({ state: 'refused', detail: 'no' }),
  };
  for (let tries = 0; tries < 20; tries++) {
    expect(await stage.start(order, { provider })).toMatchObject({ code: 'conflict' });
  }
  const refused = {
    code: 'not_payable',
    state: 'reserved',
    detail: 'the order has had all its 20 payments',
  };
  expect(await stage.start(order)).toEqual(refused);
  expect(await payments()).toBe(20);
});

test('a reserved order of total 0 is paid by the request itself', async () => {
  const order = await stage.order();
  const free = `update orders set total_minor = 0 where id = $1`;
  await stage.shop.api.pool.query(free, [order]);
  expect(await stage.start(order)).toMatchObject({ code: 'not_payable', state: 'paid' });
  expect(await stage.orderState(order)).toBe('paid');
  expect(await payments()).toBe(0);
  await stage.shop.api.pool.query('update orders set total_minor = 990');
  await stage.shop.api.pool.query(PAID_BY_HAND, [order]);
});

test.each(['expired', 'cancelled'] as const)('an order %s is not payable', async (state) => {
  const order = await stage.order();
  await end(order, state);
  expect(await stage.start(order)).toMatchObject({ code: 'not_payable', state });
  expect(await payments()).toBe(0);
});

test('an order whose time is over is not payable, even before it expires', async () => {
  const order = await stage.order();
  await stage.shop.api.pool.query('update orders set expires_at = now()');
  expect(await stage.start(order)).toMatchObject({ code: 'not_payable', state: 'reserved' });
  expect(await payments()).toBe(0);
});

test('a paid order is not payable', async () => {
  const order = await stage.order();
  await stage.visit((await stage.startSurely(order)).url);
  await stage.heard(1);
  await stage.makeProviderCalls();
  expect(await stage.start(order)).toMatchObject({ code: 'not_payable', state: 'paid' });
});

test('another shopper’s order and an unknown one are not found', async () => {
  const order = await stage.order();
  const foreign = await stage.start(order, { shopper: 'u2' });
  expect(foreign).toEqual({ code: 'not_found' });
  expect(await stage.start(`${order.slice(0, -1)}-`)).toEqual(foreign);
  expect(await payments()).toBe(0);
});

test('nothing can be paid without a provider', async () => {
  const order = await stage.order();
  const deps = { ...stage.shop.api, provider: null, onCallsDue: () => {} };
  const refused = { code: 'conflict' };
  expect(await startPayment(deps, order, 'u1' as ShopperId)).toMatchObject(refused);
});
