import { Stripe } from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PaymentAlert } from '../../../src/domain/payment.ts';
import { scheduleRefund } from '../../../src/ledger/orders/payments.ts';
import { listDeadCalls, retryDeadCalls } from '../../../src/ledger/orders/provider-calls.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import type { PaymentProvider } from '../../../src/provider/payment-provider.ts';
import { stripeProvider } from '../../../src/provider/stripe-provider.ts';
import {
  retryEvent,
  receivePaymentEvent,
} from '../../../src/service/orders/receive-payment-event.ts';
import { PayShop } from '../../world/stage/pay-shop.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { StripeStandIn, intent, listOf, ok, refusal } from '../../world/servers/stripe.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

const SECRET = 'whsec_test';
const REFUNDS = 'GET /v1/refunds';
const REFUND = 'POST /v1/refunds';
const CAPTURE = 'POST /v1/payment_intents/pi_1/capture';

let stage: PayShop;
let standIn: StripeStandIn;
let provider: PaymentProvider;
let alerts: PaymentAlert[];
let order: string;

withStage(
  'test',
  (world) => PayShop.open(world, [offer('a', { priceMinor: 990 })]),
  (made) => (stage = made),
);
beforeEach(async () => {
  standIn = await StripeStandIn.start();
  const { url: apiBase } = standIn;
  provider = stripeProvider({ apiKey: 'sk_test_1', webhookSecrets: [SECRET], apiBase });
  alerts = stage.alerts;
  order = await stage.order();
  standIn.replies['POST /v1/payment_intents'] = ok({
    ...intent('requires_payment_method'),
    client_secret: 'pi_1_secret',
  });
});
afterEach(async () => {
  await standIn.close();
});

const deps = () => ({
  ...{ pool: stage.shop.api.pool, provider },
  courier: { push: async () => {} },
  ...{ onCallsDue: () => {}, onAlert: (alert: PaymentAlert) => alerts.push(alert) },
});

let events = 0;

/** Takes a signed event from Stripe. @returns its outcome */
async function says(type: string, object: object): Promise<string> {
  const id = `evt_${++events}`;
  const body = JSON.stringify({ id, object: 'event', type, data: { object } });
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET });
  const taken = await receivePaymentEvent(deps(), Buffer.from(body), {
    'stripe-signature': signature,
  });
  return 'code' in taken ? taken.code : taken.outcome;
}

const named = (status: string, fields: object = {}) => ({
  ...intent(status),
  metadata: { payment: `${order}_p1`, order },
  ...fields,
});

/** Pays the order: starts a payment, lets the shopper authorise it, captures it. */
async function pay(): Promise<void> {
  expect(await stage.start(order, { provider })).toMatchObject({
    view: { provider: 'stripe', state: 'open', clientSecret: 'pi_1_secret' },
  });
  const aside = named('requires_capture', { amount_capturable: 990 });
  expect(await says('payment_intent.amount_capturable_updated', aside)).toBe('moved');
  standIn.replies[CAPTURE] = ok(intent('succeeded'));
  expect(await stage.makeProviderCalls(provider)).toBe(1);
}

const auditRows = async () =>
  (await stage.shop.audit()).brokenPromises.map(({ promise }) => promise);

test('a capture pays the order, and the event that follows changes nothing', async () => {
  await pay();
  expect(await stage.orderState(order)).toBe('paid');
  expect(await says('payment_intent.succeeded', named('succeeded'))).toBe('known');
  expect(standIn.asked.map(({ key }) => key)).toEqual([
    `create_${order}_p1`,
    `capture_${order}_p1_capture`,
  ]);
  expect(await auditRows()).toEqual([]);
});

test('a refused payment is a conflict, and a capture of less pays nothing', async () => {
  const made = standIn.replies['POST /v1/payment_intents']!;
  const type = 'invalid_request_error';
  standIn.replies['POST /v1/payment_intents'] = refusal(400, { type, code: 'amount_too_small' });
  expect(await stage.start(order, { provider })).toMatchObject({ code: 'conflict' });
  standIn.replies['POST /v1/payment_intents'] = made;
  const started = await stage.start(order, { provider });
  expect(started).toMatchObject({ view: { id: `${order}_p2` } });
  const metadata = { payment: `${order}_p2`, order };
  const aside = named('requires_capture', { amount_capturable: 990, metadata });
  await says('payment_intent.amount_capturable_updated', aside);
  standIn.replies[CAPTURE] = ok({ ...intent('succeeded'), amount_received: 989 });
  await stage.makeProviderCalls(provider);
  expect(await stage.orderState(order)).toBe('reserved');
  const detail = 'capture: captured 989 CNY, not 990 CNY';
  expect(alerts[0]).toMatchObject({ what: 'call_dead', detail });
});

/** A merchant’s refund of 0.90 that Stripe has accepted. */
async function refund(): Promise<object> {
  await transaction(stage.shop.api.pool, (client) =>
    scheduleRefund(client, { order, refundId: 'r1', amountMinor: 90 }),
  );
  const made = { id: 're_1', object: 'refund', status: 'pending', amount: 90, currency: 'cny' };
  const metadata = { key: `${order}_p1_refund_r1` };
  standIn.replies[REFUNDS] = listOf();
  standIn.replies[REFUND] = ok({ ...made, metadata });
  expect(await stage.makeProviderCalls(provider)).toBe(1);
  expect(await listDeadCalls(stage.shop.api.pool)).toEqual([]);
  return { ...made, metadata, payment_intent: 'pi_1', status: 'failed' };
}

test('a refund that fails later is dead, reported once, and can be retried', async () => {
  await pay();
  const failed = await refund();
  const { pool } = stage.shop.api;
  expect(await says('refund.failed', failed)).toBe('refused');
  expect(await says('charge.refund.updated', failed)).toBe('known');
  const [dead] = await listDeadCalls(pool);
  expect(dead).toMatchObject({ kind: 'refund', refund: 'r1', error: 'refund re_1 failed' });
  const detail = `refund re_1 failed, and call-${dead!.id} made it`;
  expect(alerts).toMatchObject([{ what: 'event_refused', order, detail }]);
  expect(await auditRows()).toContain('I11');
  standIn.replies[REFUNDS] = listOf(failed);
  standIn.replies[REFUND] = ok({ ...failed, id: 're_2', status: 'succeeded' });
  expect(await retryDeadCalls(pool, dead!.id, OPERATOR)).toBe(1);
  expect(await stage.makeProviderCalls(provider)).toBe(1);
  expect(standIn.asked.at(-1)!.key).toBe(`refund_${order}_p1_refund_r1_2`);
  expect(await listDeadCalls(pool)).toEqual([]);
  expect(await says('refund.updated', failed)).toBe('known');
  expect(await listDeadCalls(pool)).toEqual([]);
  const event = await stage.one<number>(`select id from payment_events where outcome = 'refused'`);
  expect(await retryEvent(deps(), event, OPERATOR)).toBe('known');
});

test('a late answer to a refund does not hide that it failed meanwhile', async () => {
  await pay();
  const { pool } = stage.shop.api;
  const heard: string[] = [];
  const late: PaymentProvider = {
    ...provider,
    refund: async (call) => {
      const key = call.key;
      const failed = { id: 're_1', object: 'refund', status: 'failed', payment_intent: 'pi_1' };
      const money = { amount: 90, currency: 'cny', metadata: { key } };
      heard.push(await says('refund.failed', { ...failed, ...money }));
      return { state: 'refunded' };
    },
  };
  await transaction(pool, (client) =>
    scheduleRefund(client, { order, refundId: 'r1', amountMinor: 90 }),
  );
  await stage.makeProviderCalls(late);
  expect(heard).toEqual(['refused']);
  expect(await listDeadCalls(pool)).toMatchObject([{ kind: 'refund', refund: 'r1' }]);
});

test('a failed refund made elsewhere is reported and touches no call of ours', async () => {
  await pay();
  const failed = await refund();
  expect(await says('refund.failed', { ...failed, id: 're_9', metadata: {} })).toBe('refused');
  expect(alerts).toMatchObject([{ detail: 'refund re_9 failed, and none of our calls made it' }]);
  expect(await listDeadCalls(stage.shop.api.pool)).toEqual([]);
});
