import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpShop, bearer, merchant, operator, shopper } from '../world/http-shop.ts';
import { offer } from '../world/shop.ts';
import { announce, deliveries } from '../world/webhooks.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

let world: World;
let shop: HttpShop;

beforeAll(async () => {
  world = await createWorld();
  shop = await HttpShop.open(world, [offer('mug', { cap: 10 })]);
});
afterAll(async () => {
  await shop?.close();
  await world?.dispose();
});

const BODY = { url: 'https://shop.example/hook', kinds: ['order.placed'] };
const other = bearer({ sub: 'm2', role: 'merchant', store: 'store-2' });

interface Said {
  readonly as?: string;
  readonly body?: unknown;
}

/** Asks below the sale's webhooks; an operator unless told otherwise. */
async function ask(method: string, path: string, { as = operator, body }: Said = {}) {
  const response = await shop.send({
    method,
    path: `${shop.path}/webhooks${path}`,
    headers: { authorization: as, 'idempotency-key': null },
    body: body ?? {},
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? null : JSON.parse(text) };
}

const put = (id: string, more: object = {}, as = operator) =>
  ask('PUT', `/${id}`, { as, body: { ...BODY, ...more } });

test('a secret is told once: when the endpoint is made, and when it is rotated', async () => {
  const made = await put('once');
  expect(made).toMatchObject({ status: 200, json: { id: 'once', ...BODY, store: null } });
  expect(made.json.secret).toMatch(/^whsec_[\w+/]{32}$/);
  expect((await put('once')).json).toEqual({ id: 'once', ...BODY, store: null });
  const changed = await put('once', { kinds: ['order.paid'] });
  expect(changed.json).toEqual({ id: 'once', ...BODY, kinds: ['order.paid'], store: null });
  const rotated = await ask('POST', '/once/rotate');
  expect(rotated.json).toMatchObject({ id: 'once', secret: expect.stringMatching(/^whsec_/) });
  expect(rotated.json.secret).not.toBe(made.json.secret);
  const { json } = await ask('GET', '');
  expect(json).toEqual({ items: [changed.json], next: null });
  expect((await ask('DELETE', '/once')).status).toBe(204);
  expect((await ask('GET', '')).json.items).toEqual([]);
  expect(await ask('DELETE', '/once')).toMatchObject({ status: 404, json: { code: 'not_found' } });
});

test('a merchant has its own endpoints, and knows of no other', async () => {
  await put('ops');
  const own = await put('own', {}, merchant);
  expect(own.json).toMatchObject({ id: 'own', store: 'store-1' });
  expect((await ask('GET', '', { as: merchant })).json.items).toMatchObject([{ id: 'own' }]);
  expect((await ask('GET', '', { as: other })).json.items).toEqual([]);
  expect((await ask('GET', '')).json.items).toMatchObject([{ id: 'ops' }, { id: 'own' }]);
  const refused = { status: 403, json: { code: 'forbidden' } };
  expect(await put('theirs', { store: 'store-2' }, merchant)).toMatchObject(refused);
  expect(await put('own', {}, other)).toMatchObject(refused);
  expect(await put('ops', {}, merchant)).toMatchObject(refused);
  expect(await put('own', { store: 'store-2' })).toMatchObject({ status: 409 });
  for (const [method, path] of [
    ['DELETE', ''],
    ['POST', '/rotate'],
    ['POST', '/replay'],
    ['GET', '/deliveries'],
  ] as const) {
    const body = path === '/replay' ? {} : undefined;
    for (const id of ['own', 'ops']) {
      const foreign = await ask(method, `/${id}${path}`, { as: other, body });
      expect(foreign, `${method} ${id}${path}`).toMatchObject({ status: 404 });
    }
  }
  for (const id of ['ops', 'own']) expect((await ask('DELETE', `/${id}`)).status).toBe(204);
});

test.each([
  ['PUT', '/x'],
  ['GET', ''],
  ['DELETE', '/x'],
  ['POST', '/x/rotate'],
  ['POST', '/x/replay'],
  ['GET', '/x/deliveries'],
])('a shopper may not %s %s', async (method, path) => {
  const body = method === 'PUT' ? BODY : {};
  const answer = await ask(method, path, { as: shopper('u1'), body });
  expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden' } });
});

test.each([
  [{ url: 'http://shop.example/' }, '/url'],
  [{ url: 'https://10.0.0.1/' }, '/url'],
  [{ url: 'https://[::1]/' }, '/url'],
  [{ url: 'https://u:p@shop.example/' }, '/url'],
  [{ url: 'nonsense' }, '/url'],
  [{ url: '' }, '/url'],
  [{ kinds: [] }, '/kinds'],
  [{ kinds: ['order.eaten'] }, '/kinds/0'],
  [{ kinds: ['order.paid', 'order.paid'] }, '/kinds/1'],
  [{ secret: 'whsec_mine' }, '/secret'],
  [{ store: '../x' }, '/store'],
])('an endpoint with %j is refused at %s', async (more, pointer) => {
  const path = `${shop.path}/webhooks/wrong`;
  const asked = {
    method: 'PUT',
    path,
    headers: { authorization: operator },
    body: { ...BODY, ...more },
  };
  await shop.refuses(asked, 400, 'invalid', pointer);
});

test('an unknown sale has none, and a sale has at most 20', async () => {
  const nowhere = { method: 'PUT', path: '/v1/sales/nowhere/webhooks/w', body: BODY };
  const headers = { authorization: operator };
  expect((await shop.send({ ...nowhere, headers })).status).toBe(404);
  expect(
    (await shop.send({ method: 'GET', path: '/v1/sales/nowhere/webhooks', headers })).status,
  ).toBe(404);
  for (let i = 0; i < 20; i++) expect((await put(`w${i}`)).status).toBe(200);
  expect(await put('w20')).toMatchObject({ status: 409, json: { code: 'conflict' } });
  expect((await put('w19')).status).toBe(200);
  for (let i = 0; i < 20; i++) await ask('DELETE', `/w${i}`);
});

test('dead deliveries are listed by page and put back, some or all', async () => {
  await put('w1');
  for (let i = 0; i < 5; i++) await shop.shop.buy({ shopper: `u${i}`, offer: 'mug' });
  await shop.shop.settleAll();
  const { pool } = shop.shop.api;
  expect(await deliveries(pool, shop.sale, 'due')).toHaveLength(5);
  await pool.query("update webhook_deliveries set state = 'dead', ended_at = now(), error = 'no'");
  const first = await ask('GET', '/w1/deliveries?limit=3');
  expect(first.json.items).toHaveLength(3);
  const [one, two] = first.json.items;
  expect(one).toMatchObject({ state: 'dead', kind: 'order.placed', error: 'no', tries: 0 });
  expect(one.body).toMatchObject({ type: 'order.placed', data: { order: { sale: shop.sale } } });
  const rest = await ask('GET', `/w1/deliveries?limit=3&cursor=${first.json.next}`);
  expect(rest.json).toMatchObject({ items: [{}, {}], next: null });
  const some = { deliveries: [one.id, two.id] };
  expect((await ask('POST', '/w1/replay', { body: some })).json).toEqual({ replayed: 2 });
  expect((await ask('POST', '/w1/replay', { body: some })).json).toEqual({ replayed: 0 });
  expect((await ask('POST', '/w1/replay', { body: {} })).json).toEqual({ replayed: 3 });
  expect((await ask('GET', '/w1/deliveries?state=due')).json.items).toHaveLength(5);
  const wrong = await ask('POST', '/w1/replay', { body: { deliveries: ['delivery_x'] } });
  expect(wrong.json.errors).toMatchObject([{ pointer: '/deliveries/0' }]);
  const cursor = await ask('GET', '/w1/deliveries?cursor=zzz');
  expect(cursor.json.errors).toMatchObject([{ pointer: '/query/cursor' }]);
  await announce(pool, 'order.paid', [one.body.data.order.id]);
  expect((await ask('GET', '/w1/deliveries?state=due')).json.items).toHaveLength(5);
});
