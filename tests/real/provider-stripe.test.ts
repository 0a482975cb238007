import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ProviderAway } from '../../src/provider/port.ts';
import type { PaymentProvider } from '../../src/provider/port.ts';
import { stripeProvider } from '../../src/provider/stripe.ts';

/** One request as it reached the stand-in. */
interface Asked {
  readonly line: string;
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

/** Stands in for Stripe's API: answers what a test says, by method and path. */
let replies: Record<string, Reply | 'hang up'>;
let asked: Asked[];
let server: Server;
let provider: PaymentProvider;

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const form = await formOf(request);
    const line = `${request.method} ${request.url}`;
    const { 'idempotency-key': key, authorization } = request.headers;
    asked.push({ line, key: key as string | undefined, authorization, form });
    const reply = replies[line.split('?')[0] ?? ''];
    if (reply === 'hang up') return request.socket.destroy();
    const { status, body } = reply ?? { status: 404, body: { error: { code: 'unexpected' } } };
    response.writeHead(status, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const apiBase = `http://127.0.0.1:${port}`;
  provider = stripeProvider({ apiKey: 'sk_test_1', webhookSecrets: ['whsec_1'], apiBase });
});

afterAll(() => {
  server.closeAllConnections();
  return new Promise<void>((resolve) => server.close(() => resolve()));
});

beforeEach(() => {
  asked = [];
  replies = {};
});

const CREATE = 'POST /v1/payment_intents';
const CAPTURE = 'POST /v1/payment_intents/pi_1/capture';
const CANCEL = 'POST /v1/payment_intents/pi_1/cancel';
const REFUNDS = 'GET /v1/refunds';
const REFUND = 'POST /v1/refunds';
const call = { ref: 'pi_1', key: 'drop_0_x_p1', amountMinor: 990, currency: 'CNY' };
const newPayment = { id: 'drop_0_x_p1', order: 'drop_0_x', amountMinor: 990, currency: 'CNY' };

const ok = (body: object): Reply => ({ status: 200, body });
const intent = (status: string) => ({ id: 'pi_1', object: 'payment_intent', status });
const failed = (status: number, error: object): Reply => ({ status, body: { error } });
const refunds = (...data: object[]) =>
  ok({ object: 'list', url: '/v1/refunds', has_more: false, data });

test('a payment is an intent with manual capture, which names order and payment', async () => {
  replies[CREATE] = ok({ ...intent('requires_payment_method'), client_secret: 'pi_1_secret' });
  expect(await provider.create(newPayment)).toEqual({
    ref: 'pi_1',
    checkout: { clientSecret: 'pi_1_secret' },
  });
  expect(asked).toEqual([
    {
      ...{ line: CREATE, key: 'create_drop_0_x_p1', authorization: 'Bearer sk_test_1' },
      form: {
        ...{ amount: '990', currency: 'cny', capture_method: 'manual' },
        ...{ 'metadata[payment]': 'drop_0_x_p1', 'metadata[order]': 'drop_0_x' },
      },
    },
  ]);
});

test('a capture takes the amount of the order, under a key of its own', async () => {
  replies[CAPTURE] = ok(intent('succeeded'));
  expect(await provider.capture(call)).toEqual({ state: 'captured' });
  expect(asked).toMatchObject([
    { line: CAPTURE, key: 'capture_drop_0_x_p1', form: { amount_to_capture: '990' } },
  ]);
});

test('a void cancels the intent', async () => {
  replies[CANCEL] = ok(intent('canceled'));
  expect(await provider.void(call)).toEqual({ state: 'voided' });
  expect(asked).toMatchObject([{ line: CANCEL, key: 'void_drop_0_x_p1' }]);
});

const unexpected = (status: string) =>
  failed(400, {
    ...{ type: 'invalid_request_error', code: 'payment_intent_unexpected_state' },
    payment_intent: intent(status),
  });

test('a capture that comes too late finds the intent cancelled, a void finds it paid', async () => {
  replies[CAPTURE] = unexpected('canceled');
  expect(await provider.capture(call)).toEqual({ state: 'voided' });
  replies[CAPTURE] = unexpected('succeeded');
  expect(await provider.capture(call)).toEqual({ state: 'captured' });
  replies[CANCEL] = unexpected('succeeded');
  expect(await provider.void(call)).toEqual({ state: 'captured' });
  replies[CAPTURE] = unexpected('requires_payment_method');
  expect(await provider.capture(call)).toMatchObject({ state: 'refused' });
});

test('a refund is made once, and found again when its key has been forgotten there', async () => {
  replies[REFUNDS] = refunds({ id: 're_0', status: 'succeeded', metadata: { key: 'other' } });
  replies[REFUND] = ok({ id: 're_1', status: 'succeeded' });
  expect(await provider.refund({ ...call, amountMinor: 90, key: 'r1' })).toEqual({
    state: 'refunded',
  });
  expect(asked[1]).toMatchObject({
    ...{ line: REFUND, key: 'refund_r1' },
    form: { payment_intent: 'pi_1', amount: '90', 'metadata[key]': 'r1' },
  });
  asked = [];
  replies[REFUNDS] = refunds({ id: 're_1', status: 'succeeded', metadata: { key: 'r1' } });
  await provider.refund({ ...call, amountMinor: 90, key: 'r1' });
  expect(asked.map(({ line }) => line.split('?')[0])).toEqual([REFUNDS]);
});

test('a refund that failed, or is above what was captured, is refused', async () => {
  replies[REFUNDS] = refunds();
  replies[REFUND] = ok({ id: 're_1', status: 'failed' });
  expect(await provider.refund(call)).toEqual({
    state: 'refused',
    detail: 'refund re_1 is failed',
  });
  replies[REFUND] = failed(400, { type: 'invalid_request_error', code: 'charge_already_refunded' });
  expect(await provider.refund(call)).toEqual({
    state: 'refused',
    detail: 'charge_already_refunded',
  });
});

test.each([401, 403, 409, 429, 500, 503])('with %i it is away, and asked once', async (status) => {
  const away = failed(status, { type: 'api_error', message: 'not now' });
  replies = { [CREATE]: away, [CAPTURE]: away, [CANCEL]: away, [REFUNDS]: away };
  await expect(provider.create(newPayment)).rejects.toThrow(ProviderAway);
  await expect(provider.capture(call)).rejects.toThrow(ProviderAway);
  await expect(provider.void(call)).rejects.toThrow(ProviderAway);
  await expect(provider.refund(call)).rejects.toThrow(ProviderAway);
  expect(asked).toHaveLength(4);
});

test('a connection that is cut is a provider that is away; the key stays the same', async () => {
  replies[CAPTURE] = 'hang up';
  await expect(provider.capture(call)).rejects.toThrow(ProviderAway);
  expect(new Set(asked.map(({ key }) => key))).toEqual(new Set(['capture_drop_0_x_p1']));
});

test('a payment that is refused is a fault of ours, not an outage', async () => {
  replies[CREATE] = failed(400, { type: 'invalid_request_error', code: 'amount_too_small' });
  const made = provider.create(newPayment);
  await expect(made).rejects.not.toThrow(ProviderAway);
});
