import { describe, expect, test } from 'vitest';
import type { OfferId, SaleId, StoreId } from '../../../src/domain/ids.ts';
import type { RefundRequest } from '../../../src/domain/refunds/refund.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import type { OfferPatch } from '../../../src/domain/sale.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import type { App } from '../../../src/http/deps.ts';
import { bearer, paymentView, refundView, saleView } from './http-deps.ts';
import { start } from './start-app.ts';
import { imageField } from '../../../src/http/terms/offer-body.ts';

const ID = 'friday_0_0123456789abcdefghijkl';
const UNSIGNED = { code: 'unauthenticated', challenge: 'Signature' } as const;
const NOT_PAYABLE = { code: 'not_payable', state: 'expired', detail: 'it has expired' } as const;

/** A request with a JSON body, or without a body. */
const send = (
  app: App,
  [method, url]: readonly [method: 'POST' | 'PATCH', url: string],
  { role = 'shopper', body, key }: { role?: Role; body?: unknown; key?: string } = {},
) =>
  app.inject({
    method,
    url,
    headers: {
      ...bearer(role),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });

/** The pointers and details of a body’s faults. */
async function faults(
  to: readonly ['POST' | 'PATCH', string],
  asked: { role: Role; body: unknown; key?: string },
): Promise<[pointer: string, detail: string][]> {
  const answer = (await send(await start(), to, asked)).json();
  expect(answer).toMatchObject({ status: 400, code: 'invalid' });
  return answer.errors.map((fault: { pointer: string; detail: string }) => [
    fault.pointer,
    fault.detail,
  ]);
}

describe('paying', () => {
  const to = ['POST', `/v1/orders/${ID}/payments`] as const;

  test('makes a payment (201) or finds the open one (200), with or without a body', async () => {
    const asked: unknown[] = [];
    const app = await start({
      startPayment: async (...request) => {
        asked.push(request);
        return { view: paymentView(ID), isNew: asked.length === 1 };
      },
    });
    const made = await send(app, to);
    const open = await send(app, to, { body: {} });
    expect([made.statusCode, open.statusCode]).toEqual([201, 200]);
    expect(made.json()).toEqual(paymentView(ID));
    expect(open.rawPayload).toEqual(made.rawPayload);
    expect(asked).toEqual([
      [ID, 'u1', null],
      [ID, 'u1', null],
    ]);
  });

  test('answers with the order’s state when the order cannot be paid', async () => {
    const answer = await send(await start({ startPayment: async () => NOT_PAYABLE }), to);
    expect(answer.json()).toMatchObject({ status: 409, ...NOT_PAYABLE });
  });

  test('takes no fields', async () => {
    const unknown = ['/amount', 'is not a known field'];
    expect(await faults(to, { role: 'shopper', body: { amount: 1 } })).toEqual([unknown]);
  });
});

describe('cancelling', () => {
  const to = ['POST', `/v1/orders/${ID}/cancel`] as const;

  test('answers with the cancelled order', async () => {
    const answer = await send(await start(), to);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ id: ID, state: 'cancelled', settled: true });
  });

  test('answers `busy` when the order does not settle in time', async () => {
    const app = await start({ cancelOrder: async () => ({ code: 'busy', retryAfterS: 1 }) });
    const answer = await send(app, to);
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  });
});

describe('the moves of an order', () => {
  const url = `/v1/orders/${ID}/moves`;
  const paid = { from: 'reserved', to: 'paid', who: 'provider:sandbox', why: 'captured' } as const;
  const refunded = { from: 'paid', to: 'refunded', who: 'operator', why: 'refund r1' } as const;

  test('are shown to its owner and to operators, oldest first, in pages', async () => {
    const asked: (string | null)[] = [];
    const app = await start({
      movesOf: async (_order, shopper) => {
        asked.push(shopper);
        return [
          { id: '7', ...paid, atMs: 0 },
          { id: '9', ...refunded, atMs: 1_000 },
        ];
      },
    });
    const first = await app.inject({ url: `${url}?limit=1`, headers: bearer('shopper') });
    expect(first.json().items).toEqual([{ ...paid, at: '1970-01-01T00:00:00.000Z' }]);
    const rest = `${url}?cursor=${first.json().next}`;
    const second = await app.inject({ url: rest, headers: bearer('operator') });
    const at = '1970-01-01T00:00:01.000Z';
    expect(second.json()).toEqual({ items: [{ ...refunded, at }], next: null });
    expect(asked).toEqual(['u1', null]);
  });
});

describe('a refund', () => {
  const to = ['POST', `/v1/orders/${ID}/refunds`] as const;
  const lines = [
    { line: 0, quantity: 2 },
    { line: 2, quantity: 1 },
  ];

  test('goes to the service with the merchant’s store, or with none for an operator', async () => {
    const asked: RefundRequest[] = [];
    const app = await start({
      refundOrder: async (request) => {
        asked.push(request);
        return { view: refundView(request), isReplay: asked.length > 1 };
      },
    });
    const first = await send(app, to, { role: 'merchant', body: { lines }, key: 'r1' });
    const body = { lines, restock: true };
    const second = await send(app, to, { role: 'operator', body, key: 'r2' });
    expect(first.statusCode).toBe(201);
    expect(first.json()).toEqual(refundView(asked[0]!));
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(second.statusCode).toBe(201);
    expect(second.headers['idempotency-replayed']).toBe('true');
    const who = { sub: 'u1', route: 'POST /v1/orders/:order/refunds', reason: null };
    const requestId = expect.any(String) as string;
    const merchant = { ...who, requestId, role: 'merchant', store: 'store-1' };
    const operator = { ...who, requestId, role: 'operator', store: null };
    expect(asked).toEqual([
      { order: ID, key: 'r1', lines, restock: false, actor: merchant },
      { order: ID, key: 'r2', lines, restock: true, actor: operator },
    ]);
  });

  test('needs a key', async () => {
    const body = { lines };
    const missing = await send(await start(), to, { role: 'operator', body });
    expect(missing.json()).toMatchObject({ status: 400, code: 'key_missing' });
    const wrong = await send(await start(), to, { role: 'operator', body, key: 'a b' });
    expect(wrong.json()).toMatchObject({ errors: [{ pointer: '/headers/idempotency-key' }] });
  });

  const wrong: [what: string, change: object, pointer: string][] = [
    ['no lines', { lines: [] }, '/lines'],
    [
      '51 lines',
      { lines: Array.from({ length: 51 }, (_, line) => ({ line, quantity: 1 })) },
      '/lines',
    ],
    ['a negative line number', { lines: [{ line: -1, quantity: 1 }] }, '/lines/0/line'],
    ['a line named by its offer', { lines: [{ line: 'mug', quantity: 1 }] }, '/lines/0/line'],
    ['no units', { lines: [{ line: 0, quantity: 0 }] }, '/lines/0/quantity'],
    ['half a unit', { lines: [{ line: 0, quantity: 1.5 }] }, '/lines/0/quantity'],
    ['1000 units', { lines: [{ line: 0, quantity: 1_000 }] }, '/lines/0/quantity'],
    ['an amount', { lines: [{ line: 0, quantity: 1, cash: 5 }] }, '/lines/0/cash'],
    ['a restock that is not a boolean', { restock: 'yes' }, '/restock'],
    ['a reason', { why: 'broken' }, '/why'],
  ];
  test.each(wrong)('of %s is refused', async (_what, change, pointer) => {
    const body = { lines, ...change };
    const found = await faults(to, { role: 'merchant', body, key: 'r1' });
    expect(found.map(([at]) => at)).toEqual([pointer]);
  });

  const refusals: [status: number, refusal: Refusal][] = [
    [409, { code: 'not_refundable', state: 'reserved', detail: 'it is not paid' }],
    [400, { code: 'invalid', errors: [{ pointer: '/lines/0/line', detail: 'is not a line' }] }],
    [422, { code: 'key_reused' }],
    [403, { code: 'forbidden' }],
    [404, { code: 'not_found' }],
  ];
  test.each(refusals)('passes on a refusal with %i', async (status, refusal) => {
    const app = await start({ refundOrder: async () => refusal });
    const answer = await send(app, to, { role: 'merchant', body: { lines }, key: 'r1' });
    expect(answer.json()).toMatchObject({ status, ...refusal });
  });
});

describe('a payment event', () => {
  const url = '/v1/payment-events';
  const headers = { 'content-type': 'application/json', 'webhook-id': 'e1' };

  test('goes to the provider’s check byte for byte and is answered with the outcome', async () => {
    const taken: [Buffer, unknown][] = [];
    const app = await start({
      receivePaymentEvent: async (body, all) => {
        taken.push([body, all['webhook-id']]);
        return { outcome: 'unknown' };
      },
    });
    const payload = Buffer.from('{ "a" : 1,\n"__proto__":2, "\u00e9": "\ud83d\ude00" } ');
    const answer = await app.inject({ method: 'POST', url, headers, payload });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ outcome: 'unknown' });
    expect(taken).toEqual([[payload, 'e1']]);
  });

  test('without a signature is answered 401, even when it is empty', async () => {
    const app = await start({ receivePaymentEvent: async () => UNSIGNED });
    for (const payload of ['{}', '']) {
      const answer = await app.inject({ method: 'POST', url, headers, payload });
      expect(answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(answer.json().detail).toContain('no valid signature');
      expect(answer.headers).toHaveProperty('www-authenticate');
    }
    expect((await app.inject({ method: 'POST', url })).statusCode).toBe(401);
  });

  test('may have up to 64 KiB and must be JSON', async () => {
    const app = await start();
    const post = (payload: string, type = 'application/json; charset=utf-8') =>
      app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });
    expect((await post(' '.repeat(65_536))).statusCode).toBe(200);
    expect((await post(' '.repeat(65_537))).json()).toMatchObject({ code: 'too_large' });
    expect((await post('a=1', 'application/x-www-form-urlencoded')).statusCode).toBe(415);
  });
});

const IMAGE_FAULT = `must match pattern "${imageField.pattern}"`;

const wrongRows: [what: string, body: object, pointer: string, detail: string][] = [
  ['a pause in words', { paused: 'yes' }, '/paused', 'must be boolean'],
  ['a picture by http', { image: 'http://pictures.example/a.jpg' }, '/image', IMAGE_FAULT],
  ['a picture of a host without a name', { image: 'https://.../' }, '/image', IMAGE_FAULT],
  ['a picture of a host with two dots', { image: 'https://a..example/' }, '/image', IMAGE_FAULT],
  ['a picture with a user', { image: 'https://a:b@pictures.example/' }, '/image', IMAGE_FAULT],
  ['no warning line at all', { warnAt: {} }, '/warnAt', 'must have at least one field'],
  ['101 percent', { warnAt: { percent: 101 } }, '/warnAt/percent', 'must be <= 100'],
  [
    'two warning lines',
    { warnAt: { units: 1, percent: 1 } },
    '/warnAt',
    'must have only one field',
  ],
  [
    'nobody early',
    { access: [{ members: [], from: '2026-11-11T00:00:00Z' }] },
    '/access/0/members',
    'must NOT have fewer than 1 items',
  ],
  [
    'early access without a time',
    { access: [{ members: ['gold'] }] },
    '/access/0/from',
    'is required',
  ],
];

describe('an offer of an open sale', () => {
  const to = ['PATCH', '/v1/sales/friday/offers/mug'] as const;
  const cap = { asked: 5, effective: 8, committed: 7, debt: 3 };
  const shown = {
    ...{ id: 'mug', store: 'store-1', title: 'A mug', price: 990, listPrice: 990 },
    ...{ limitPerShopper: null, lane: 'flash', categories: [], excludes: [] },
    ...{ opensAt: null, closesAt: null, access: [], paused: false, warnAt: null },
    image: null,
    stock: 'low' as const,
  };

  test('changes only the fields named, and null is a value', async () => {
    const asked: [SaleId, OfferId, OfferPatch, StoreId | null][] = [];
    const app = await start({
      patchOffer: async (sale, offer, changed, { store }) => {
        asked.push([sale, offer, changed, store]);
        return { cap, pendingCells: asked.length === 1 ? [] : [2] };
      },
      saleViewById: (id) => saleView(id, { offers: [shown] }),
    });
    const first = await send(app, to, { role: 'merchant', body: { cap: 5 } });
    expect(first.statusCode).toBe(200);
    expect(first.json()).toEqual({ ...cap, offer: shown });
    const body = {
      ...{ price: 880, limitPerShopper: null },
      ...{ opensAt: '2026-11-11T00:00:00+08:00', closesAt: null },
    };
    const second = await send(app, to, { role: 'operator', body });
    expect(second.statusCode).toBe(202);
    expect(second.json()).toEqual({ ...cap, offer: shown, pendingCells: [2] });
    const opensAtMs = Date.UTC(2026, 10, 10, 16);
    const patch = { priceMinor: 880, limitPerShopper: null, opensAtMs, closesAtMs: null };
    expect(asked).toEqual([
      ['friday', 'mug', { cap: 5 }, 'store-1'],
      ['friday', 'mug', patch, null],
    ]);
  });

  test('may be paused, be open to members early and get a warning line', async () => {
    const asked: OfferPatch[] = [];
    const app = await start({
      patchOffer: async (_sale, _offer, patch) => {
        asked.push(patch);
        return { cap, pendingCells: [] };
      },
      saleViewById: (id) => saleView(id, { offers: [shown] }),
    });
    const change = async (body: object) => {
      expect((await send(app, to, { role: 'merchant', body })).statusCode).toBe(200);
      return asked.at(-1);
    };
    expect(await change({ paused: true })).toEqual({ isPaused: true });
    expect(await change({ paused: false })).toEqual({ isPaused: false });
    expect(await change({ warnAt: { units: 20 } })).toEqual({ warnAt: { units: 20 } });
    expect(await change({ warnAt: { percent: 5 } })).toEqual({ warnAt: { percent: 5 } });
    expect(await change({ warnAt: null })).toEqual({ warnAt: null });
    const image = 'https://pictures.example/mug.jpg?w=400';
    expect(await change({ image })).toEqual({ image });
    expect(await change({ image: null })).toEqual({ image: null });
    const row = { members: ['gold', 'silver'], from: '2026-11-11T00:00:00+08:00' };
    const fromMs = Date.UTC(2026, 10, 10, 16);
    expect(await change({ access: [row] })).toEqual({
      access: [{ members: ['gold', 'silver'], fromMs }],
    });
    expect(await change({ access: [] })).toEqual({ access: [] });
  });

  const wrong: [what: string, body: object, pointer: string, detail: string][] = [
    ['nothing', {}, '', 'must have at least one field'],
    ['a cap of -1', { cap: -1 }, '/cap', 'must be >= 0'],
    ['a cap in words', { cap: 'x' }, '/cap', 'must be integer'],
    ['half a cap', { cap: 0.5 }, '/cap', 'must be integer'],
    ['a cap above 1e9', { cap: 1e9 + 1 }, '/cap', 'must be <= 1000000000'],
    ['no cap', { cap: null }, '/cap', 'must be integer'],
    ['a negative price', { price: -1 }, '/price', 'must be >= 0'],
    ['a limit of 0', { limitPerShopper: 0 }, '/limitPerShopper', 'must be >= 1'],
    [
      'an end without a time zone',
      { closesAt: '2026-11-11T00:00:00' },
      '/closesAt',
      'must be an RFC 3339 time with a zone, in the years 2000 to 2999',
    ],
    ['another lane', { cap: 1, lane: 'cart' }, '/lane', 'is not a known field'],
  ];
  test.each([...wrong, ...wrongRows])(
    'refuses a change to %s',
    async (_what, body, pointer, detail) => {
      expect(await faults(to, { role: 'merchant', body })).toEqual([[pointer, detail]]);
    },
  );
});

describe('a shopper who', () => {
  const order = {
    method: 'POST',
    url: '/v1/sales/friday/orders',
    headers: { ...bearer('shopper'), 'idempotency-key': 'k1' },
    payload: { lines: [{ offer: 'mug', quantity: 1 }] },
  } as const;

  test('lets orders expire is told how long to wait', async () => {
    const app = await start({
      placeOrder: async () => ({ code: 'rate_limited', retryAfterS: 42 }),
    });
    const answer = await app.inject(order);
    expect(answer.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(answer.json()).not.toHaveProperty('retryAfterS');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(42);
  });

  test('has too many unpaid orders is told that these are the limit', async () => {
    const full = { code: 'limit_reached', limit: 2, taken: 2, of: 'holds' } as const;
    const app = await start({ placeOrder: async () => full });
    expect((await app.inject(order)).json()).toMatchObject({ status: 409, ...full });
  });
});
