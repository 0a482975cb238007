import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ProviderAway } from '../../../src/provider/payment-provider.ts';
import type { PaymentProvider } from '../../../src/provider/payment-provider.ts';
import { stripeProvider } from '../../../src/provider/stripe-provider.ts';
import {
  StripeStandIn,
  intent,
  listOf as refunds,
  ok,
  refusal as failed,
} from '../../world/servers/stripe.ts';

let standIn: StripeStandIn;
let provider: PaymentProvider;

beforeAll(async () => {
  standIn = await StripeStandIn.start();
  const apiBase = standIn.url;
  provider = stripeProvider({ apiKey: 'sk_test_1', webhookSecrets: ['whsec_1'], apiBase });
});
afterAll(() => standIn.close());
beforeEach(() => {
  standIn.asked = [];
  standIn.replies = {};
});

const CREATE = 'POST /v1/payment_intents';
const CAPTURE = 'POST /v1/payment_intents/pi_1/capture';
const CANCEL = 'POST /v1/payment_intents/pi_1/cancel';
const REFUNDS = 'GET /v1/refunds';
const REFUND = 'POST /v1/refunds';
const call = { ref: 'pi_1', key: 'drop_0_x_p1', amountMinor: 990, currency: 'CNY' };
const newPayment = { id: 'drop_0_x_p1', order: 'drop_0_x', amountMinor: 990, currency: 'CNY' };

test('a payment is an intent with manual capture that names order and payment', async () => {
  standIn.replies[CREATE] = ok({
    ...intent('requires_payment_method'),
    client_secret: 'pi_1_secret',
  });
  expect(await provider.create(newPayment)).toEqual({
    ref: 'pi_1',
    checkout: { clientSecret: 'pi_1_secret' },
  });
  expect(standIn.asked).toEqual([
    {
      ...{ line: CREATE, key: 'create_drop_0_x_p1', authorization: 'Bearer sk_test_1' },
      form: {
        ...{ amount: '990', currency: 'cny', capture_method: 'manual' },
        ...{ 'metadata[payment]': 'drop_0_x_p1', 'metadata[order]': 'drop_0_x' },
      },
    },
  ]);
});

test('a capture takes the order’s amount under its own key', async () => {
  standIn.replies[CAPTURE] = ok(intent('succeeded'));
  expect(await provider.capture(call)).toEqual({ state: 'captured' });
  expect(standIn.asked).toMatchObject([
    { line: CAPTURE, key: 'capture_drop_0_x_p1', form: { amount_to_capture: '990' } },
  ]);
});

test('a void cancels the intent', async () => {
  standIn.replies[CANCEL] = ok(intent('canceled'));
  expect(await provider.void(call)).toEqual({ state: 'voided' });
  expect(standIn.asked).toMatchObject([{ line: CANCEL, key: 'void_drop_0_x_p1' }]);
});

const unexpected = (status: string) =>
  failed(400, {
    ...{ type: 'invalid_request_error', code: 'payment_intent_unexpected_state' },
    payment_intent: intent(status),
  });

test('a late capture finds the intent cancelled, and a late void finds it paid', async () => {
  standIn.replies[CAPTURE] = unexpected('canceled');
  expect(await provider.capture(call)).toEqual({ state: 'voided' });
  standIn.replies[CAPTURE] = unexpected('succeeded');
  expect(await provider.capture(call)).toEqual({ state: 'captured' });
  standIn.replies[CANCEL] = unexpected('succeeded');
  expect(await provider.void(call)).toEqual({ state: 'captured' });
  standIn.replies[CAPTURE] = unexpected('requires_payment_method');
  expect(await provider.capture(call)).toMatchObject({ state: 'refused' });
});

test('a refund is made once and found again after Stripe has forgotten its key', async () => {
  standIn.replies[REFUNDS] = refunds({
    id: 're_0',
    status: 'succeeded',
    metadata: { key: 'other' },
  });
  standIn.replies[REFUND] = ok({ id: 're_1', status: 'succeeded' });
  expect(await provider.refund({ ...call, amountMinor: 90, key: 'r1' })).toEqual({
    state: 'refunded',
  });
  expect(standIn.asked[1]).toMatchObject({
    ...{ line: REFUND, key: 'refund_r1' },
    form: { payment_intent: 'pi_1', amount: '90', 'metadata[key]': 'r1' },
  });
  standIn.asked = [];
  standIn.replies[REFUNDS] = refunds({ id: 're_1', status: 'succeeded', metadata: { key: 'r1' } });
  await provider.refund({ ...call, amountMinor: 90, key: 'r1' });
  expect(standIn.asked.map(({ line }) => line.split('?')[0])).toEqual([REFUNDS]);
});

test('a refund that fails or exceeds the captured amount is refused', async () => {
  standIn.replies[REFUNDS] = refunds();
  standIn.replies[REFUND] = ok({ id: 're_1', status: 'failed' });
  expect(await provider.refund(call)).toEqual({
    state: 'refused',
    detail: 'refund re_1 is failed',
  });
  standIn.replies[REFUND] = failed(400, {
    type: 'invalid_request_error',
    code: 'charge_already_refunded',
  });
  expect(await provider.refund(call)).toEqual({
    state: 'refused',
    detail: 'charge_already_refunded',
  });
});

test.each([401, 403, 409, 429, 500, 503])(
  'an answer %i means that Stripe is away, and each call asks once',
  async (status) => {
    const away = failed(status, { type: 'api_error', message: 'not now' });
    standIn.replies = { [CREATE]: away, [CAPTURE]: away, [CANCEL]: away, [REFUNDS]: away };
    await expect(provider.create(newPayment)).rejects.toThrow(ProviderAway);
    await expect(provider.capture(call)).rejects.toThrow(ProviderAway);
    await expect(provider.void(call)).rejects.toThrow(ProviderAway);
    await expect(provider.refund(call)).rejects.toThrow(ProviderAway);
    expect(standIn.asked).toHaveLength(4);
  },
);

test('a cut connection means that Stripe is away, and the key stays the same', async () => {
  standIn.replies[CAPTURE] = 'hang up';
  await expect(provider.capture(call)).rejects.toThrow(ProviderAway);
  expect(new Set(standIn.asked.map(({ key }) => key))).toEqual(new Set(['capture_drop_0_x_p1']));
});

test('a payment that Stripe refuses to make is a refusal, not an outage', async () => {
  const type = 'invalid_request_error';
  standIn.replies[CREATE] = failed(400, { type, code: 'amount_too_small' });
  expect(await provider.create(newPayment)).toEqual({
    state: 'refused',
    detail: 'amount_too_small',
  });
});

test.each([
  ['less', { amount_received: 989 }, '989 CNY'],
  ['another currency', { currency: 'usd' }, '990 USD'],
  ['an unknown amount', { amount_received: undefined }, '? CNY'],
])('a capture of %s is refused', async (_, wrong, said) => {
  const refused = { state: 'refused', detail: `captured ${said}, not 990 CNY` };
  standIn.replies[CAPTURE] = ok({ ...intent('succeeded'), ...wrong });
  expect(await provider.capture(call)).toEqual(refused);
  const { body } = unexpected('succeeded') as { body: { error: object } };
  standIn.replies[CANCEL] = failed(400, {
    ...body.error,
    payment_intent: { ...intent('succeeded'), ...wrong },
  });
  expect(await provider.void(call)).toEqual(refused);
});

test('a failed refund is made again on request, under another key', async () => {
  const gone = (id: string) => ({ id, status: 'failed', metadata: { key: 'r1' } });
  standIn.replies[REFUNDS] = refunds(gone('re_1'));
  standIn.replies[REFUND] = ok({ id: 're_2', status: 'pending' });
  const again = { ...call, amountMinor: 90, key: 'r1' };
  expect(await provider.refund(again)).toEqual({ state: 'refunded' });
  expect(standIn.asked[1]).toMatchObject({ key: 'refund_r1_2', form: { 'metadata[key]': 'r1' } });
  const pending = { id: 're_2', status: 'pending', metadata: { key: 'r1' } };
  standIn.replies[REFUNDS] = refunds(pending, gone('re_1'));
  standIn.asked = [];
  expect(await provider.refund(again)).toEqual({ state: 'refunded' });
  expect(standIn.asked).toHaveLength(1);
});
