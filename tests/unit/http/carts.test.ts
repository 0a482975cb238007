import { describe, expect, test } from 'vitest';
import type { OfferId, StoreId } from '../../../src/domain/ids.ts';
import { orderView } from '../../../src/domain/order.ts';
import type { PlacedOrder } from '../../../src/domain/order.ts';
import type { OrderRequest, QuoteRequest, QuoteView } from '../../../src/domain/pricing/quote.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import type { App } from '../../../src/http/deps.ts';
import type { ClaimRequest } from '../../../src/service/selling/claim.ts';
import { bearer, placedOrder, quoted, taken } from './http-deps.ts';
import { start } from './start-app.ts';

const gold = bearer('shopper', { member: 'gold' });
const lines = [
  { offer: 'mug' as OfferId, quantity: 2 },
  { offer: 'teapot' as OfferId, quantity: 1 },
  { offer: 'mug' as OfferId, quantity: 1 },
];
const cart = { lines, coupons: ['ten-off', 'shop-5'], redPacket: 'max', points: 300 };
const asked = { sale: 'friday', shopper: 'u1', member: 'gold', ...cart };

type Resource = 'orders' | 'quotes';

const post = (resource: Resource, payload: unknown) =>
  ({
    method: 'POST',
    url: `/v1/sales/friday/${resource}`,
    headers: { ...gold, 'idempotency-key': 'k1', 'content-type': 'application/json' },
    payload: JSON.stringify(payload),
  }) as const;

/** The pointers of the answer’s faults, in its order. */
async function faults(app: App, resource: Resource, payload: unknown): Promise<string[]> {
  const answer = (await app.inject(post(resource, payload))).json();
  expect(answer).toMatchObject({ status: 400, code: 'invalid' });
  return answer.errors.map(({ pointer }: { pointer: string }) => pointer);
}

describe('a cart', () => {
  test('goes to the service whole, with the member tier of the token', async () => {
    const orders: OrderRequest[] = [];
    const quotes: QuoteRequest[] = [];
    const app = await start({
      placeOrder: async (request) => (orders.push(request), taken(request)),
      quote: async (request) => (quotes.push(request), quoted(request)),
    });
    expect((await app.inject(post('orders', cart))).statusCode).toBe(201);
    expect(orders).toEqual([{ ...asked, key: 'k1', expectedTotalMinor: null }]);
    expect((await app.inject(post('quotes', cart))).statusCode).toBe(200);
    expect(quotes).toEqual([{ ...asked, isBest: false }]);
  });

  const wrong: [what: string, change: object, pointers: string[]][] = [
    ['a coupon named twice', { coupons: ['a', 'b', 'a'] }, ['/coupons/2']],
    ['21 coupons', { coupons: Array.from({ length: 21 }, (_, i) => `c${i}`) }, ['/coupons']],
    ['a coupon beyond ASCII', { coupons: ['券'] }, ['/coupons/0']],
    ['a coupon that is not text', { coupons: [1] }, ['/coupons/0']],
    ['coupons that are not a list', { coupons: 'a' }, ['/coupons']],
    ['a red packet of an unknown word', { redPacket: 'all' }, ['/redPacket']],
    ['a red packet of digits in quotes', { redPacket: '100' }, ['/redPacket']],
    ['a negative red packet', { redPacket: -1 }, ['/redPacket']],
    ['a red packet of half a cent', { redPacket: 0.5 }, ['/redPacket']],
    ['a red packet over 90,000,000', { redPacket: 90_000_001 }, ['/redPacket']],
    ['a red packet of null', { redPacket: null }, ['/redPacket']],
    ['negative points', { points: -1 }, ['/points']],
    ['half a point', { points: 1.5 }, ['/points']],
    ['points of `max`', { points: 'max' }, ['/points']],
    ['an unknown field', { memberTier: 'gold' }, ['/memberTier']],
    ['no lines', { lines: [] }, ['/lines']],
    ['an offer beyond ASCII', { lines: [{ offer: 'кружка', quantity: 1 }] }, ['/lines/0/offer']],
    ['a line marked as a gift', { lines: [{ ...lines[0], gift: true }] }, ['/lines/0/gift']],
  ];
  test.each(wrong)(
    'with %s is refused, and the answer points at the fault',
    async (_what, change, pointers) => {
      const app = await start();
      for (const resource of ['orders', 'quotes'] as const) {
        expect(await faults(app, resource, { ...cart, ...change })).toEqual(pointers);
      }
    },
  );

  test('may ask for the best deal in a quote, not in an order', async () => {
    const app = await start();
    expect(await faults(app, 'orders', { lines, best: true })).toEqual(['/best']);
    expect(await faults(app, 'orders', { lines, best: false })).toEqual(['/best']);
  });
});

/** An order with a discount, a gift, points and a gift that ran out. */
const discounted = (request: OrderRequest): PlacedOrder => {
  const store = 'store-1' as StoreId;
  const line = { offer: 'mug' as OfferId, store, quantity: 2, priceMinor: 990, isGift: false };
  const gift = { ...line, offer: 'spoon' as OfferId, priceMinor: 0, netMinor: 0, isGift: true };
  return {
    ...placedOrder(request),
    lines: [{ ...line, netMinor: 1880 }, gift],
    applied: [
      {
        promotion: 'ten-off',
        layer: 'store_coupon',
        basisMinor: 1980,
        discountMinor: 100,
        forfeitedMinor: 5,
        funder: 'store',
        budget: 'spring',
        isCoupon: true,
        shares: [100],
      },
    ],
    outOfGifts: ['tea-gift'],
    pointsUsed: 3,
  };
};

describe('an order', () => {
  test('is answered with its cost and the reasons for it', async () => {
    const app = await start({
      placeOrder: async (request) => ({ ...taken(request), order: discounted(request) }),
    });
    const answer = await app.inject(post('orders', cart));
    const order = discounted({ ...asked, key: 'k1' } as unknown as OrderRequest);
    expect(answer.json()).toEqual(orderView(order, 'reserved', false));
    expect(answer.json()).toMatchObject({
      total: 1880,
      lines: [{ net: 1880 }, { offer: 'spoon', gift: true }],
      applied: [{ promotion: 'ten-off', discount: 100, forfeited: 5, shares: [100, 0] }],
      outOfGifts: ['tea-gift'],
      points: 3,
    });
    expect(answer.json().lines[0]).not.toHaveProperty('gift');
  });

  const quote = quoted({ sale: 'friday', lines });
  const refusals: [Refusal, number, object][] = [
    [{ code: 'price_changed', total: 900, quote }, 409, { total: 900, quote }],
    [{ code: 'coupon_unavailable', promotion: 'ten-off' }, 409, { promotion: 'ten-off' }],
    [
      { code: 'balance_short', balance: 'points', available: 7 },
      409,
      { balance: 'points', available: 7 },
    ],
  ];
  test.each(refusals)('passes on the refusal %j', async (refusal, status, fields) => {
    const answer = await (
      await start({ placeOrder: async () => refusal })
    ).inject(post('orders', cart));
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code: refusal.code, ...fields });
  });
});

describe('a quote', () => {
  test('needs no key and answers with everything that explains its total', async () => {
    const view: QuoteView = {
      ...quoted({ sale: 'friday', lines }),
      near: [
        { promotion: 'cross', missing: 7_500, gives: 5_000 },
        { promotion: 'shop', store: 'store-1', missing: 10, gives: 1 },
      ],
      unused: [{ promotion: 'ten-off', reason: 'below_threshold' }],
      coupons: ['shop-5'],
      exhaustive: false,
    };
    const outcomes: string[] = [];
    const app = await start({
      quote: async () => view,
      onAnswered: (route, outcome) => outcomes.push(`${route} ${outcome}`),
    });
    const url = '/v1/sales/friday/quotes';
    const answer = await app.inject({ method: 'POST', url, headers: gold, payload: { lines } });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(view);
    expect(outcomes).toEqual(['POST /v1/sales/:sale/quotes ok']);
  });

  test('takes the body of an order unchanged and ignores the total it expects', async () => {
    const quotes: QuoteRequest[] = [];
    const app = await start({ quote: async (request) => (quotes.push(request), quoted(request)) });
    const body = { ...cart, expectedTotal: 1, best: false };
    expect((await app.inject(post('quotes', body))).statusCode).toBe(200);
    expect(quotes).toEqual([{ ...asked, isBest: false }]);
    expect(await faults(app, 'quotes', { lines, expectedTotal: -1 })).toEqual(['/expectedTotal']);
    expect(await faults(app, 'quotes', { lines, best: 'yes' })).toEqual(['/best']);
  });

  test('for the best deal names no coupons', async () => {
    const quotes: QuoteRequest[] = [];
    const app = await start({ quote: async (request) => (quotes.push(request), quoted(request)) });
    expect(await faults(app, 'quotes', { lines, best: true, coupons: ['a'] })).toEqual([
      '/coupons',
    ]);
    expect((await app.inject(post('quotes', { lines, best: true }))).statusCode).toBe(200);
    expect(quotes).toMatchObject([{ isBest: true, coupons: [], redPacket: 0, points: 0 }]);
  });

  test('passes on the service’s refusal', async () => {
    const app = await start({ quote: async () => ({ code: 'unknown_offer', offer: 'teapot' }) });
    const answer = await app.inject(post('quotes', cart));
    expect(answer.json()).toMatchObject({ status: 404, code: 'unknown_offer', offer: 'teapot' });
  });
});

describe('a claim', () => {
  const url = '/v1/sales/friday/promotions/rain/claims';
  const headers = { ...gold, 'idempotency-key': 'k1' };
  const claimed = (isReplay: boolean) => ({
    claim: { id: 'friday_0_x', sale: 'friday', promotion: 'rain', amount: 188 },
    isReplay,
  });

  test('goes to the service, and a replay has the same bytes', async () => {
    const claims: ClaimRequest[] = [];
    const outcomes: string[] = [];
    const app = await start({
      claim: async (request) => claimed(claims.push(request) > 1),
      onAnswered: (route, outcome) => outcomes.push(`${route} ${outcome}`),
    });
    const first = await app.inject({ method: 'POST', url, headers });
    const again = await app.inject({ method: 'POST', url, headers, payload: {} });
    const sent = { sale: 'friday', shopper: 'u1', member: 'gold', promotion: 'rain', key: 'k1' };
    expect(claims).toEqual([sent, sent]);
    expect([first.statusCode, again.statusCode]).toEqual([201, 201]);
    expect(first.json()).toEqual(claimed(false).claim);
    expect(again.rawPayload).toEqual(first.rawPayload);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.headers['idempotency-replayed']).toBe('true');
    const label = 'POST /v1/sales/:sale/promotions/:promotion/claims';
    expect(outcomes).toEqual([`${label} placed`, `${label} replayed`]);
  });

  test('needs a key and takes no fields', async () => {
    const app = await start();
    const keyless = await app.inject({ method: 'POST', url, headers: gold });
    expect(keyless.json()).toMatchObject({ status: 400, code: 'key_missing' });
    for (const [payload, pointer] of [
      [{ amount: 100 }, '/amount'],
      [[], ''],
    ] as const) {
      const answer = await app.inject({ method: 'POST', url, headers, payload: payload as object });
      expect(answer.json()).toMatchObject({ code: 'invalid', errors: [{ pointer }] });
    }
    const odd = { method: 'POST', url: url.replace('rain', encodeURIComponent('雨')) } as const;
    const answer = await app.inject({ ...odd, headers });
    expect(answer.json().errors).toMatchObject([{ pointer: '/params/promotion' }]);
  });

  test('is answered 409 when the promotion is sold out, 500 when the service throws', async () => {
    const late = await start({
      claim: async () => ({ code: 'sold_out', promotion: 'rain', unitsLeft: 0 }),
    });
    const gone = await late.inject({ method: 'POST', url, headers });
    expect(gone.json()).toMatchObject({ status: 409, code: 'sold_out', promotion: 'rain' });
    const broken = await start({ claim: async () => Promise.reject(new Error('deep')) });
    expect((await broken.inject({ method: 'POST', url, headers })).statusCode).toBe(500);
  });
});

test('a shopper reads their own wallet', async () => {
  const coupons = [{ promotion: 'ten-off', held: 2 }];
  const app = await start({
    walletOf: async (sale, shopper) =>
      sale === 'friday' && shopper === 'u1'
        ? { points: 5, redPacket: 188, coupons }
        : { code: 'not_found' },
  });
  const read = async (sale: string) =>
    (await app.inject({ url: `/v1/sales/${sale}/wallet`, headers: gold })).json();
  expect(await read('friday')).toEqual({ points: 5, redPacket: 188, coupons });
  expect(await read('monday')).toMatchObject({ status: 404, code: 'not_found' });
});
