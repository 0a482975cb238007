import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { HttpShop } from '../../world/stage/http-shop.ts';
import { HOUR_S, JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { lines, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import type { Asked } from '../../world/stage/http-shop.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';

let shop: HttpShop;

withStage(
  'file',
  (world) =>
    HttpShop.open(world, [
      offer('mug', { cap: 10, limitPerShopper: 3 }),
      offer('empty', { cap: 0 }),
      offer('few', { cap: 2 }),
      offer('dear', { priceMinor: 90_000_000, listPriceMinor: 90_000_000 }),
      offer('later', { opensAtMs: Date.UTC(2098, 0, 1), closesAtMs: null }),
      offer('over', { opensAtMs: null, closesAtMs: Date.UTC(2025, 1, 1) }),
    ]),
  (made) => (shop = made),
);

const send = (asked: Asked) => shop.send(asked);
const refuses = async (asked: Asked, status: number, code: string, pointer?: string) => {
  await shop.refuses(asked, status, code, pointer);
};

/** A token signed with our secret, with any claims. */
function forged(header: object, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part(header)}.${part(claims)}`;
  return `Bearer ${text}.${createHmac('sha256', JWT_SECRET).update(text).digest('base64url')}`;
}

type Row = [what: string, asked: Asked, status: number, code: string, pointer?: string];

const wrongOrders: Row[] = [
  ['for an unknown sale', { path: '/v1/sales/nowhere/orders' }, 404, 'not_found'],
  ['for an unknown offer', { body: lines({ offer: 'unheard-of' }) }, 404, 'unknown_offer'],
  ['with an unknown field', { body: { ...lines(), coupon: 'c' } }, 400, 'invalid', '/coupon'],
  [
    'with an unknown field in a line',
    { body: lines({ gift: true }) },
    400,
    'invalid',
    '/lines/0/gift',
  ],
  ['without lines', { body: {} }, 400, 'invalid', '/lines'],
  ['with an empty list of lines', { body: { lines: [] } }, 400, 'invalid', '/lines'],
  [
    'with 51 lines',
    { body: { lines: Array(51).fill(lines().lines[0]) } },
    400,
    'invalid',
    '/lines',
  ],
  ['over 90,000,000', { body: lines({ offer: 'dear', quantity: 2 }) }, 400, 'invalid'],
  [
    'with a negative total',
    { body: { ...lines(), expectedTotal: -1 } },
    400,
    'invalid',
    '/expectedTotal',
  ],
  ['with another total', { body: { ...lines(), expectedTotal: 1 } }, 409, 'price_changed'],
  ['when nothing is left', { body: lines({ offer: 'empty' }) }, 409, 'sold_out'],
  ['when too little is left', { body: lines({ offer: 'few', quantity: 3 }) }, 409, 'sold_out'],
  ['over the limit', { body: lines({ quantity: 4 }) }, 409, 'limit_reached'],
  ['before the offer opens', { body: lines({ offer: 'later' }) }, 409, 'sale_not_open'],
  ['after the offer closed', { body: lines({ offer: 'over' }) }, 409, 'sale_over'],
  ['that is not JSON', { body: '{"lines":' }, 400, 'invalid', ''],
  ['that is empty', { body: '' }, 400, 'invalid', ''],
  ['that is text', { headers: { 'content-type': 'text/plain' } }, 415, 'unsupported'],
  ['that is too large', { body: ' '.repeat(16_385) }, 413, 'too_large'],
  ['sent with another method', { method: 'PATCH' }, 405, 'unsupported'],
];

describe('an order is refused', () => {
  test.each(wrongOrders)('%s', (_what, asked, status, code, pointer) =>
    refuses(asked, status, code, pointer),
  );

  test.each([0, -1, 1.5, '2', 1e9, null, [1]])('of quantity %j', (quantity) =>
    refuses({ body: lines({ quantity }) }, 400, 'invalid', '/lines/0/quantity'),
  );

  const wrongIds = ['{mug}', 'a:b', 'a b', 'x'.repeat(65), '', 'ü'];
  test.each(wrongIds)('of the offer %j', (id) =>
    refuses({ body: lines({ offer: id }) }, 400, 'invalid', '/lines/0/offer'),
  );

  test.each(['{a}', 'a:b', 'a b', 'x'.repeat(65), 'UPPER'])('in the sale %j', (id) =>
    refuses({ path: `/v1/sales/${encodeURIComponent(id)}/orders` }, 400, 'invalid', '/params/sale'),
  );
});

describe('an idempotency key', () => {
  test('is required', () => refuses({ headers: { 'idempotency-key': null } }, 400, 'key_missing'));

  test.each(['x'.repeat(65), 'a b', '{a}', 'a:b', '"'])('is not %j', (key) =>
    refuses({ headers: { 'idempotency-key': key } }, 400, 'invalid', '/headers/idempotency-key'),
  );

  test('that has placed one order places no other', async () => {
    const headers = { 'idempotency-key': 'used' };
    const first = await send({ headers });
    expect(first.status).toBe(201);
    await refuses({ headers, body: lines({ quantity: 2 }) }, 422, 'key_reused');
    const replay = await send({ headers });
    expect(replay.status).toBe(201);
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    expect(await replay.text()).toBe(await first.text());
  });
});

describe('a token', () => {
  const nowS = Math.floor(Date.now() / 1000);
  const claims = { sub: 'u1', role: 'shopper', iat: nowS, exp: nowS + HOUR_S };
  const hs256 = { alg: 'HS256', typ: 'JWT' };
  test.each([
    ['left out', null],
    ['of another scheme', 'Basic dTE6cHc='],
    ['expired', forged(hs256, { ...claims, exp: nowS - 1 })],
    ['without an expiry', forged(hs256, { ...claims, exp: undefined })],
    ['unsigned', `${forged({ alg: 'none' }, claims).split('.').slice(0, 2).join('.')}.`],
    ['with a wrong signature', `${forged(hs256, claims).slice(0, -6)}AAAAAA`],
    ['of an unknown role', forged(hs256, { ...claims, role: 'admin' })],
    ['of a merchant without a store', forged(hs256, { ...claims, role: 'merchant' })],
  ])('%s is refused', async (_what, authorization) => {
    await refuses({ headers: { authorization } }, 401, 'unauthenticated');
    const { headers } = await send({ headers: { authorization } });
    expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  test('of the wrong role changes nothing', async () => {
    const sale = shop.path;
    const asOperator = { authorization: operator };
    const asMerchant = { authorization: merchant };
    await refuses({ headers: asOperator }, 403, 'forbidden');
    await refuses({ headers: asMerchant }, 403, 'forbidden');
    for (const path of [sale, `${sale}/pause`, `${sale}/close`]) {
      const method = path === sale ? 'PUT' : 'POST';
      await refuses({ method, path, body: {} }, 403, 'forbidden');
      await refuses({ method, path, body: {}, headers: asMerchant }, 403, 'forbidden');
    }
  });

  test('does not find another shopper’s order', async () => {
    const mine = await send({ headers: { 'idempotency-key': 'mine' } });
    const path = mine.headers.get('location')!;
    const other = shopper('someone-else');
    await refuses({ method: 'GET', path, headers: { authorization: other } }, 404, 'not_found');
    expect((await send({ method: 'GET', path })).status).toBe(200);
    await refuses({ method: 'GET', path: '/v1/orders/no-order-id' }, 404, 'not_found');
  });
});

const terms = saleBody();
const mug = offerBody({ title: 'Offer mug', lane: 'flash' });

const wrongSales: [what: string, body: object, pointer: string][] = [
  ['a sale that closes before it opens', { ...terms, closesAt: terms.opensAt }, '/closesAt'],
  ['a time without a zone', { ...terms, opensAt: '2025-01-01T00:00:00' }, '/opensAt'],
  ['a leap second', { ...terms, opensAt: '2025-01-01T23:59:60Z' }, '/opensAt'],
  ['a sale of 1960', { ...terms, opensAt: '1960-01-01T00:00:00Z' }, '/opensAt'],
  ['a name with a NUL', { ...terms, name: 'a\u0000b' }, '/name'],
  ['a name that is not valid text', { ...terms, name: '\ud800' }, '/name'],
  ['a sale of the year 1', { ...terms, opensAt: '0001-01-01T00:00:00Z' }, '/opensAt'],
  ['a sale to the year 9999', { ...terms, closesAt: '9999-01-01T00:00:00Z' }, '/closesAt'],
  ['a currency in words', { ...terms, currency: 'yuan' }, '/currency'],
  ['a name of 201 characters', { ...terms, name: 'x'.repeat(201) }, '/name'],
  ['257 cells', { ...terms, cells: 257 }, '/cells'],
  ['0 seconds to pay', { ...terms, payWithinSeconds: 0 }, '/payWithinSeconds'],
  ['0 unpaid orders', { ...terms, holdsPerShopper: 0 }, '/holdsPerShopper'],
  ['65 unpaid orders', { ...terms, holdsPerShopper: 65 }, '/holdsPerShopper'],
  ['a cooldown without its length', { ...terms, cooldown: { after: 3 } }, '/cooldown/seconds'],
  [
    'a cooldown of more than a day',
    { ...terms, cooldown: { after: 1, seconds: 86_401 } },
    '/cooldown/seconds',
  ],
  [
    'a cooldown after 0 orders',
    { ...terms, cooldown: { after: 0, seconds: 60 } },
    '/cooldown/after',
  ],
  ['a clawback in words', { ...terms, clawback: 'yes' }, '/clawback'],
  ['an unknown field', { ...terms, theme: 'dark' }, '/theme'],
];

const wrongOffers: [string, body: object, status: number, code: string, pointer?: string][] = [
  ['a negative cap', { ...mug, cap: -1 }, 400, 'invalid', '/cap'],
  ['a cap over 1e9', { ...mug, cap: 1e9 + 1 }, 400, 'invalid', '/cap'],
  ['a price over the list price', { ...mug, listPrice: 1 }, 400, 'invalid', '/listPrice'],
  ['an offer of an unknown lane', { ...mug, lane: 'fast' }, 400, 'invalid', '/lane'],
  ['1960', { ...mug, opensAt: '1960-01-01T00:00:00Z' }, 400, 'invalid', '/opensAt'],
  ['a title with a NUL', { ...mug, title: 'a\u0000b' }, 400, 'invalid', '/title'],
  ['a title that is not valid text', { ...mug, title: '\ud800' }, 400, 'invalid', '/title'],
  ['the year 1', { ...mug, opensAt: '0001-01-01T00:00:00Z' }, 400, 'invalid', '/opensAt'],
  ['the year 9999', { ...mug, closesAt: '9999-01-01T00:00:00Z' }, 400, 'invalid', '/closesAt'],
  ['a port that is none', { ...mug, image: 'https://a:99999/' }, 400, 'invalid', '/image'],
  ['21 categories', { ...mug, categories: ids(21) }, 400, 'invalid', '/categories'],
  ['an offer of another store', { ...mug, store: 'store-2' }, 403, 'forbidden'],
];

const early = { opensAt: '2098-01-01T00:00:00Z', closesAt: '2099-01-01T00:00:00Z' };
const over = { opensAt: '2025-01-01T00:00:00Z', closesAt: '2025-02-01T00:00:00Z' };
test.each([
  ['early', early, 'sale_not_open'],
  ['over', over, 'sale_over'],
])('an order is refused in an open sale outside its window: %s', async (id, window, code) => {
  const headers = { authorization: operator };
  const path = `/v1/sales/by-time-${id}`;
  const asked = { method: 'PUT', headers };
  const put = await send({ ...asked, path, body: { ...terms, ...window } });
  const putMug = await send({ ...asked, path: `${path}/offers/mug`, body: mug });
  const opened = await send({ path: `${path}/open`, headers, body: {} });
  expect([put, putMug, opened].map(({ status }) => status)).toEqual([200, 200, 200]);
  await refuses({ path: `${path}/orders` }, 409, code);
  const replay = await send({ path: `${path}/orders` });
  const opensAt = code === 'sale_not_open' ? { opensAt: '2098-01-01T00:00:00.000Z' } : {};
  expect(await replay.json()).toMatchObject({ code, ...opensAt });
});

describe('a wrong request of an operator or a merchant is refused', () => {
  let sale: string;
  beforeEach(() => {
    sale = shop.path;
  });

  test.each(wrongSales)('%s', (_what, body, pointer) =>
    refuses(
      { method: 'PUT', path: sale, body, headers: { authorization: operator } },
      400,
      'invalid',
      pointer,
    ),
  );

  test.each(wrongOffers)('%s', (_what, body, status, code, pointer) => {
    const asked = { method: 'PUT', path: `${sale}/offers/mug`, body };
    return refuses({ ...asked, headers: { authorization: merchant } }, status, code, pointer);
  });

  test('a move that does not fit the sale’s state', async () => {
    const headers = { authorization: operator };
    const put = await send({ method: 'PUT', path: '/v1/sales/draft', body: terms, headers });
    expect(put.status).toBe(200);
    await refuses({ path: '/v1/sales/draft/resume', headers, body: {} }, 409, 'conflict');
    await refuses({ path: '/v1/sales/draft/pause', headers, body: {} }, 409, 'conflict');
    await refuses({ path: '/v1/sales/nowhere/open', headers, body: {} }, 404, 'not_found');
    await refuses({ path: '/v1/sales/draft/orders' }, 404, 'not_found');
    const announced = { ...terms, visibleFrom: '2025-01-01T00:00:00Z' };
    await send({ method: 'PUT', path: '/v1/sales/draft', body: announced, headers });
    await refuses({ path: '/v1/sales/draft/orders' }, 409, 'sale_not_open');
  });

  test('an order while the sale is paused, and after its close', async () => {
    const headers = { authorization: operator };
    const move = (word: string) => send({ path: `${sale}/${word}`, headers, body: {} });
    expect((await move('pause')).status).toBe(200);
    await refuses({}, 409, 'sale_paused');
    await refuses({ path: `${sale}/open`, headers, body: {} }, 409, 'conflict');
    expect((await move('resume')).status).toBe(200);
    expect((await move('close')).status).toBe(200);
    await refuses({}, 409, 'sale_over');
    await refuses({ path: `${sale}/resume`, headers, body: {} }, 409, 'conflict');
    expect((await shop.shop.audit()).brokenPromises).toEqual([]);
  });
});

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `id-${i}`);
}
