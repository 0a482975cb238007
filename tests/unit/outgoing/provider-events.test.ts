import { Stripe } from 'stripe';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { BadEvent, MalformedEvent } from '../../../src/provider/payment-provider.ts';
import type { EventHeaders, PaymentProvider } from '../../../src/provider/payment-provider.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { stripeProvider } from '../../../src/provider/stripe-provider.ts';

const OLD = `whsec_${Buffer.alloc(32, 'old').toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(32, 'new').toString('base64')}`;
const FOREIGN = `whsec_${Buffer.alloc(32, 'foreign').toString('base64')}`;
const MINUTE_MS = 60_000;

/** A signed event as it comes over the wire. */
interface Sent {
  readonly body: string;
  readonly headers: EventHeaders;
}

interface Signing {
  readonly secret: string;
  /** How long ago the event was signed. */
  readonly ageMs: number;
}

const captured = {
  type: 'payment.captured',
  timestamp: '2030-01-01T00:00:00.000Z',
  data: { id: 'pay_1', payment: 's_0_x_p1', order: 's_0_x', amount: 990, currency: 'CNY' },
};

function sandboxSends(signing: Signing, event: unknown = captured, id = 'evt_1'): Sent {
  const { secret, ageMs } = signing;
  const body = JSON.stringify(event);
  const at = new Date(Date.now() - ageMs);
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return { body, headers };
}

const intent = {
  ...{ id: 'pi_1', object: 'payment_intent', amount: 990, currency: 'cny', status: 'succeeded' },
  ...{ amount_capturable: 0, amount_received: 990 },
  metadata: { payment: 's_0_x_p1', order: 's_0_x' },
};
const succeeded = { id: 'evt_1', object: 'event', type: 'payment_intent.succeeded' };

function stripeSends({ secret, ageMs }: Signing, event: object = succeeded): Sent {
  const body = JSON.stringify({ data: { object: intent }, ...event });
  const timestamp = Math.floor((Date.now() - ageMs) / 1000);
  const given = { payload: body, secret, timestamp };
  const signature = Stripe.webhooks.generateTestHeaderString(given);
  return { body, headers: { 'stripe-signature': signature } };
}

/** The headers of any body that our provider signed. */
function signed(by: string, body: string): EventHeaders {
  const timestamp = Math.floor(Date.now() / 1000);
  if (by === 'stripe') {
    const given = { payload: body, secret: NEW, timestamp };
    return { 'stripe-signature': Stripe.webhooks.generateTestHeaderString(given) };
  }
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': new Webhook(NEW).sign('evt_1', new Date(timestamp * 1000), body),
  };
}

const secrets = [NEW, OLD];
const sandbox = sandboxProvider({ time: systemTime, url: 'http://127.0.0.1:1', secrets });
const stripe = stripeProvider({ apiKey: 'sk_test_1', webhookSecrets: secrets });

const opened = (provider: PaymentProvider, { body, headers }: Sent) =>
  provider.verify(Buffer.from(body), headers);

describe.each([
  ['sandbox', sandbox, sandboxSends, 'pay_1', 'webhook-signature'],
  ['stripe', stripe, stripeSends, 'pi_1', 'stripe-signature'],
] as const)('an event of the %s', (_name, provider, send, ref, signature) => {
  test('says what happened, to which payment and order, and the amount', () => {
    expect(opened(provider, send({ secret: NEW, ageMs: 0 }))).toEqual({
      ...{ id: 'evt_1', kind: 'captured', ref, payment: 's_0_x_p1', order: 's_0_x' },
      ...{ amountMinor: 990, currency: 'CNY' },
    });
  });

  test('is accepted under the previous key while keys rotate', () => {
    expect(opened(provider, send({ secret: OLD, ageMs: 0 })).id).toBe('evt_1');
  });

  test('that comes twice has the same id both times', () => {
    const sent = send({ secret: NEW, ageMs: 0 });
    expect(opened(provider, sent)).toEqual(opened(provider, sent));
  });

  test('is refused when another key signed it', () => {
    expect(() => opened(provider, send({ secret: FOREIGN, ageMs: 0 }))).toThrow(BadEvent);
  });

  test('may be four minutes old, but not six', () => {
    const aged = (ageMs: number) => () => opened(provider, send({ secret: NEW, ageMs }));
    expect(aged(4 * MINUTE_MS)().id).toBe('evt_1');
    expect(aged(6 * MINUTE_MS)).toThrow(BadEvent);
  });

  test('is refused when a byte was altered', () => {
    const { body, headers } = send({ secret: NEW, ageMs: 0 });
    const altered = { body: body.replaceAll('990', '991'), headers };
    expect(() => opened(provider, altered)).toThrow(BadEvent);
  });

  test.each([undefined, '', 'v1', 'v1,AAAA', ['v1,AAAA', 'v1,BBBB']])(
    'is refused with the signature %j',
    (value) => {
      const { body, headers } = send({ secret: NEW, ageMs: 0 });
      const sent = { body, headers: { ...headers, [signature]: value } };
      expect(() => opened(provider, sent)).toThrow(BadEvent);
    },
  );

  test('is refused when its signature does not match, before anyone parses it', () => {
    const empty = send({ secret: NEW, ageMs: 0 });
    expect(() => opened(provider, { ...empty, body: '' })).toThrow(BadEvent);
    expect(() => opened(provider, { ...empty, body: '{"' })).toThrow(BadEvent);
  });

  test.each(['', '{"', '{}', '[]', '7', '{"id":"evt_1","type":"payment_intent.succeeded"}'])(
    'is malformed when %j was signed',
    (body) => {
      const sent = { body, headers: signed(provider.name, body) };
      expect(() => opened(provider, sent)).toThrow(MalformedEvent);
    },
  );
});

test('an event of the sandbox is refused under an id that was not signed', () => {
  const { body, headers } = sandboxSends({ secret: NEW, ageMs: 0 });
  const renamed = { body, headers: { ...headers, 'webhook-id': 'evt_2' } };
  expect(() => opened(sandbox, renamed)).toThrow(BadEvent);
});

test.each(['a b', 'x'.repeat(257), 'é'])(
  'an event of the sandbox is refused with the id %s',
  (id) => {
    const sent = sandboxSends({ secret: NEW, ageMs: 0 }, captured, id);
    expect(() => opened(sandbox, sent)).toThrow(BadEvent);
  },
);

test.each([
  null,
  [],
  {},
  { ...captured, more: 1 },
  { ...captured, data: { ...captured.data, amount: '990' } },
  { ...captured, data: { ...captured.data, amount: 9.9 } },
  { ...captured, data: { ...captured.data, currency: 'cny' } },
  { ...captured, data: { ...captured.data, order: "'; drop table orders" } },
  { ...captured, data: { id: 'pay_1' } },
])('an event of the sandbox is malformed as %j, even when signed', (event) => {
  const sent = sandboxSends({ secret: NEW, ageMs: 0 }, event);
  expect(() => opened(sandbox, sent)).toThrow(MalformedEvent);
});

test('the faults of an event of the sandbox have pointers', () => {
  const { currency: _, ...data } = { ...captured.data, amount: '990', odd: 1 };
  const sent = sandboxSends({ secret: NEW, ageMs: 0 }, { ...captured, data });
  let fault: unknown;
  try {
    opened(sandbox, sent);
  } catch (error) {
    fault = error;
  }
  expect((fault as MalformedEvent).faults).toEqual([
    { pointer: '/data/currency', detail: 'is required' },
    { pointer: '/data/odd', detail: 'is not a known field' },
    { pointer: '/data/amount', detail: 'must be integer' },
  ]);
});

test.each(['payment.blessed', 'constructor', 'to_string'])(
  'an event of the unknown kind %s is accepted as `other`',
  (type) => {
    const strange = { ...captured, type };
    const signing = { secret: NEW, ageMs: 0 };
    expect(opened(sandbox, sandboxSends(signing, strange)).kind).toBe('other');
  },
);

const capturable = { amount_capturable: 990, amount_received: 0, status: 'requires_capture' };
const refund = {
  ...{ id: 're_1', object: 'refund', payment_intent: 'pi_1', amount: 90, currency: 'cny' },
  ...{ status: 'succeeded', metadata: {} },
};
const charge = {
  ...{ id: 'ch_1', object: 'charge', payment_intent: 'pi_1', currency: 'cny', metadata: {} },
  ...{ amount: 990, amount_refunded: 90 },
};

test.each([
  ['payment_intent.amount_capturable_updated', { ...intent, ...capturable }, 'authorized', 990],
  ['payment_intent.amount_capturable_updated', intent, 'other', 0],
  ['payment_intent.succeeded', { ...intent, amount_received: 980 }, 'captured', 980],
  ['payment_intent.payment_failed', intent, 'failed', 990],
  ['payment_intent.canceled', intent, 'voided', 990],
  ['refund.created', refund, 'refunded', 90],
  ['refund.created', { ...refund, status: 'pending' }, 'other', 0],
  ['refund.updated', refund, 'refunded', 90],
  ['refund.updated', { ...refund, status: 'failed' }, 'refund_failed', 90],
  ['refund.updated', { ...refund, status: 'canceled' }, 'refund_failed', 90],
  ['refund.failed', { ...refund, status: 'failed' }, 'refund_failed', 90],
  ['charge.refund.updated', { ...refund, status: 'failed' }, 'refund_failed', 90],
  ['refund.updated', { ...refund, payment_intent: null }, 'other', 0],
  ['charge.refunded', charge, 'refunded', 90],
  ['charge.refunded', { ...charge, payment_intent: intent }, 'refunded', 90],
  ['customer.created', { id: 'cus_1', object: 'customer' }, 'other', 0],
  ['balance.available', { object: 'balance' }, 'other', 0],
])('the Stripe event %s with %j means %s', (type, object, kind, amountMinor) => {
  const event = { id: 'evt_2', object: 'event', type, data: { object } };
  const said = opened(stripe, stripeSends({ secret: NEW, ageMs: 0 }, event));
  expect(said).toMatchObject({ id: 'evt_2', kind, amountMinor });
  if (kind !== 'other') expect(said).toMatchObject({ ref: 'pi_1', currency: 'CNY' });
});

test('a failed refund names itself and the key of the call that asked for it', () => {
  const said = (metadata: object) => {
    const object = { ...refund, status: 'failed', metadata };
    const event = { id: 'evt_2', object: 'event', type: 'refund.failed', data: { object } };
    return opened(stripe, stripeSends({ secret: NEW, ageMs: 0 }, event)).refund;
  };
  expect(said({ key: 'p_refund_r1' })).toEqual({ ref: 're_1', key: 'p_refund_r1' });
  expect(said({})).toEqual({ ref: 're_1', key: null });
});

test('an intent of an unknown shape is malformed', () => {
  const object = { ...intent, amount_received: undefined };
  const event = { id: 'evt_2', object: 'event', type: 'payment_intent.succeeded' };
  const sent = stripeSends({ secret: NEW, ageMs: 0 }, { ...event, data: { object } });
  expect(() => opened(stripe, sent)).toThrow(MalformedEvent);
});
