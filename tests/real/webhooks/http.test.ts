import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { HttpShop, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { storeId } from '../../../proof/builders/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { announce, deliveries } from '../../world/stage/webhooks.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let shop: HttpShop;

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  const hat = offer('hat', { cap: 10, store: storeId('store-2') });
  shop = await HttpShop.open(world, [offer('mug', { cap: 10 }), hat]);
});
afterAll(async () => {
  await shop?.close();
});

afterEach(() => shop.shop.api.pool.query('truncate webhooks cascade'));

const BODY = { url: 'https://shop.example/hook', kinds: ['order.placed'] };
/** An operator’s endpoint for the whole sale. */
const OURS = { store: null, owner: null, enabled: true };
const other = bearer({ sub: 'm2', role: 'merchant', store: 'store-2' });

interface Said {
  readonly as?: string;
  readonly body?: unknown;
}

/** Sends a request below the sale’s webhooks, as an operator by default. */
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

test('a secret is shown once, when the endpoint is created or the secret is rotated', async () => {
  const made = await put('once');
  expect(made).toMatchObject({ status: 200, json: { id: 'once', ...BODY, ...OURS } });
  expect(made.json.secret).toMatch(/^whsec_[\w+/]{32}$/);
  expect((await put('once')).json).toEqual({ id: 'once', ...BODY, ...OURS });
  const changed = await put('once', { kinds: ['order.paid'] });
  expect(changed.json).toEqual({ id: 'once', ...BODY, kinds: ['order.paid'], ...OURS });
  const rotated = await ask('POST', '/once/rotate');
  expect(rotated.json).toMatchObject({ id: 'once', secret: expect.stringMatching(/^whsec_/) });
  expect(rotated.json.secret).not.toBe(made.json.secret);
  const { json } = await ask('GET', '');
  expect(json).toEqual({ items: [changed.json], next: null });
  expect((await ask('DELETE', '/once')).status).toBe(204);
  expect((await ask('GET', '')).json.items).toEqual([]);
  expect(await ask('DELETE', '/once')).toMatchObject({ status: 404, json: { code: 'not_found' } });
});

test('a URL is stored and shown escaped, and sending it again changes nothing', async () => {
  const asked = { url: 'HTTPS://Shop.Example/é?"' };
  const url = 'https://shop.example/%C3%A9?%22';
  expect((await put('escaped', asked)).json).toMatchObject({ url });
  expect((await put('escaped', asked)).json).toEqual({ id: 'escaped', ...BODY, ...OURS, url });
  expect((await ask('GET', '')).json.items).toMatchObject([{ url }]);
});

test('a second rotation is refused while the old secret still signs', async () => {
  await put('twice');
  const [one, other] = await Promise.all([1, 2].map(() => ask('POST', '/twice/rotate')));
  const [first, second] = one!.status === 200 ? [one!, other!] : [other!, one!];
  expect(first.json.secret).toMatch(/^whsec_/);
  expect(second).toMatchObject({ status: 409, json: { code: 'conflict' } });
  const { pool } = shop.shop.api;
  const { rows } = await pool.query<{ old_until: Date }>('select old_until from webhooks');
  expect(second.json.detail).toContain(`rotate again after ${rows[0]!.old_until.toISOString()}`);
  await pool.query('update webhooks set old_until = now()');
  expect((await ask('POST', '/twice/rotate')).status).toBe(200);
});

test('a merchant names its endpoints freely and sees only its own', async () => {
  const [mine, theirs] = [{ as: merchant }, { as: other }];
  const made = await Promise.all([put('erp'), put('erp', {}, merchant), put('erp', {}, other)]);
  expect(new Set(made.map(({ json }) => json.secret)).size).toBe(3);
  const [ops, first, second] = [null, 'store-1', 'store-2'].map((store) => ({
    ...{ id: 'erp', ...BODY, store, owner: store, enabled: true },
  }));
  expect((await ask('GET', '')).json.items).toEqual([ops, first, second]);
  expect((await ask('GET', '', mine)).json.items).toEqual([first]);
  expect((await ask('GET', '', theirs)).json.items).toEqual([second]);
  const refused = { status: 403, json: { code: 'forbidden' } };
  expect(await put('erp', { store: 'store-2' }, merchant)).toMatchObject(refused);
  expect((await put('erp', { kinds: ['stock.low'] }, merchant)).status).toBe(200);
  expect((await ask('POST', '/erp/rotate', mine)).json).toMatchObject({ owner: 'store-1' });
  expect((await ask('DELETE', '/erp', mine)).status).toBe(204);
  for (const [method, path] of [
    ['DELETE', ''],
    ['POST', '/rotate'],
    ['POST', '/replay'],
    ['GET', '/deliveries'],
  ] as const) {
    const foreign = await ask(method, `/erp${path}`, mine);
    expect(foreign, `${method} ${path}`).toMatchObject({ status: 404 });
  }
  expect((await ask('GET', '')).json.items).toEqual([ops, second]);
});

test('a merchant whose store is no member of a sale cannot create an endpoint there', async () => {
  const stranger = bearer({ sub: 'm3', role: 'merchant', store: 'store-3' });
  expect(await put('w', {}, stranger)).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  expect((await ask('GET', '')).json.items).toEqual([]);
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
  [{ store: 'store-9' }, '/store'],
  [{ url: 'https://shop.example/\u001b[2J' }, '/url'],
  [{ url: 'https://shop.example/\n' }, '/url'],
  [{ url: 'https://nas.home.arpa/' }, '/url'],
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

test('an unknown sale has no endpoints', async () => {
  const nowhere = { method: 'PUT', path: '/v1/sales/nowhere/webhooks/w', body: BODY };
  const headers = { authorization: operator };
  expect((await shop.send({ ...nowhere, headers })).status).toBe(404);
  expect(
    (await shop.send({ method: 'GET', path: '/v1/sales/nowhere/webhooks', headers })).status,
  ).toBe(404);
});

test('operators have at most 20 endpoints and each store 3, counted separately', async () => {
  const full = { status: 409, json: { code: 'conflict' } };
  for (const [as, most] of [
    [merchant, 3],
    [operator, 20],
    [other, 3],
  ] as const) {
    for (let i = 0; i < most; i++) expect((await put(`w${i}`, {}, as)).status).toBe(200);
    expect(await put(`w${most}`, {}, as)).toMatchObject(full);
    expect((await put('w0', { kinds: ['order.paid'] }, as)).status).toBe(200);
  }
});

test('chores look at stock levels and clear deleted endpoints', async () => {
  await put('levels', { kinds: ['stock.sold_out'] });
  const { worker } = shop.shop;
  await worker.pool.query("update allotments set held = allotted where offer = 'hat'");
  await worker.chores.nudge('stock-levels');
  expect(await deliveries(worker.pool, shop.sale, 'due', 'levels')).toHaveLength(1);
  await worker.pool.query("update allotments set held = 0 where offer = 'hat'");
  expect((await ask('DELETE', '/levels')).status).toBe(204);
  await worker.chores.nudge('clear-webhooks');
  const left = await worker.pool.query('select from webhooks, webhook_deliveries');
  expect(left.rowCount).toBe(0);
});

test('dead deliveries are listed in pages and replayed, some or all of them', async () => {
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
  const taken = (replayed: number, passedOver = 0) => ({ replayed, passedOver });
  expect((await ask('POST', '/w1/replay', { body: some })).json).toEqual(taken(2));
  expect((await ask('POST', '/w1/replay', { body: some })).json).toEqual(taken(0, 2));
  expect((await ask('POST', '/w1/replay', { body: {} })).json).toEqual(taken(3));
  expect((await ask('GET', '/w1/deliveries?state=due')).json.items).toHaveLength(5);
  const wrong = await ask('POST', '/w1/replay', { body: { deliveries: ['delivery_x'] } });
  expect(wrong.json.errors).toMatchObject([{ pointer: '/deliveries/0' }]);
  const cursor = await ask('GET', '/w1/deliveries?cursor=zzz');
  expect(cursor.json.errors).toMatchObject([{ pointer: '/query/cursor' }]);
  await announce(pool, 'order.paid', [one.body.data.order.id]);
  expect((await ask('GET', '/w1/deliveries?state=due')).json.items).toHaveLength(5);
});

test('deliveries are read by state and kind, one by one, and one is sent again', async () => {
  await put('w1', { kinds: ['order.placed', 'sale.paused', 'sale.resumed'] });
  await shop.shop.buy({ shopper: 'reader', offer: 'mug' });
  await shop.shop.settleAll();
  for (const move of ['/pause', '/resume']) await shop.set('POST', move);
  const listed = async (query: string) => (await ask('GET', `/w1/deliveries?${query}`)).json;
  const kindsOf = ({ items }: { items: { kind: string }[] }) => items.map(({ kind }) => kind);
  const all = ['order.placed', 'sale.paused', 'sale.resumed'];
  const { pool } = shop.shop.api;
  await pool.query(`update webhook_deliveries set state = 'done', ended_at = now()
    where kind = 'sale.paused'`);
  expect(kindsOf(await listed('state=all'))).toEqual(all);
  expect(kindsOf(await listed('state=done'))).toEqual(['sale.paused']);
  expect(kindsOf(await listed('state=all&kind=sale.resumed'))).toEqual(['sale.resumed']);
  const page = await listed('state=all&limit=2');
  expect(kindsOf(page)).toEqual(all.slice(0, 2));
  expect(kindsOf(await listed(`state=all&limit=2&cursor=${page.next}`))).toEqual(all.slice(2));
  const newest = await listed('state=all&limit=2&order=newest');
  expect(kindsOf(newest)).toEqual(all.toReversed().slice(0, 2));
  const older = await listed(`state=all&limit=2&order=newest&cursor=${newest.next}`);
  expect(kindsOf(older)).toEqual(['order.placed']);
  const paused = page.items[1];
  const one = await ask('GET', `/w1/deliveries/${paused.id}`);
  expect(one).toEqual({ status: 200, json: paused });
  expect(one.json.body).toMatchObject({ id: paused.id, version: 1, type: 'sale.paused' });
  const again = await ask('POST', `/w1/deliveries/${paused.id}/replay`);
  expect(again).toMatchObject({ status: 200, json: { id: paused.id, state: 'due' } });
  const foreign = await ask('GET', `/w1/deliveries/${paused.id}`, { as: merchant });
  expect(foreign.status).toBe(404);
});

test('endpoints for all sales have the same routes, beside the sales', async () => {
  const send = async (method: string, path: string, { as = operator, body }: Said = {}) => {
    const headers = { authorization: as, 'idempotency-key': null };
    const answer = await shop.send({
      ...{ method, path: `/v1/webhooks${path}`, headers, body: body ?? {} },
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? null : JSON.parse(text) };
  };
  const made = await send('PUT', '/all', { body: BODY });
  expect(made).toMatchObject({ status: 200, json: { id: 'all', ...BODY, ...OURS } });
  const own = await send('PUT', '/all', { as: merchant, body: BODY });
  expect(own.json).toMatchObject({ store: 'store-1', owner: 'store-1' });
  const theirs = { ...BODY, store: 'store-2' };
  expect((await send('PUT', '/all', { as: merchant, body: theirs })).status).toBe(403);
  const { secret: _, ...shown } = made.json;
  expect(await send('GET', '/all')).toEqual({ status: 200, json: shown });
  expect((await send('GET', '')).json.items).toMatchObject([OURS, { owner: 'store-1' }]);
  expect((await send('GET', '', { as: merchant })).json.items).toHaveLength(1);
  expect((await send('GET', '/all', { as: other })).status).toBe(404);
  expect((await ask('GET', '')).json.items).toEqual([]);
  expect((await send('POST', '/all/rotate')).json.secret).not.toBe(made.json.secret);
  expect((await send('GET', '/all/deliveries')).json).toEqual({ items: [], next: null });
  expect((await send('POST', '/all/replay')).json).toEqual({ replayed: 0, passedOver: 0 });
  expect((await send('DELETE', '/all')).status).toBe(204);
  expect((await send('DELETE', '/all')).status).toBe(404);
  expect((await send('GET', '/all', { as: merchant })).status).toBe(200);
});
