import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import type { OfferId, OrderId } from '../../../src/domain/ids.ts';
import { orderView } from '../../../src/domain/order.ts';
import { createOpsApp } from '../../../src/http/app.ts';
import type { OrderRequest } from '../../../src/domain/pricing/quote.ts';
import { systemTime } from '../../../src/platform/time.ts';
import {
  NO_UNITS,
  bearer,
  httpDeps,
  named,
  placedOrder,
  saleView,
  taken,
  type Changes,
} from './http-deps.ts';
import { closeAfterTest, start } from './start-app.ts';

const ORDERS = '/v1/sales/friday/orders';
const body = { lines: [{ offer: 'mug' as OfferId, quantity: 2 }] };
const twoMugs = { sale: 'friday', ...body };

/** A valid order request with a test’s changes; undefined removes a header. */
function order(
  headers: Record<string, string | undefined> = {},
  payload: unknown = body,
): InjectOptions & { method: 'POST' } {
  const all = { ...bearer('shopper'), 'idempotency-key': 'k1', ...headers };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined);
  return {
    method: 'POST',
    url: ORDERS,
    headers: Object.fromEntries(kept) as Record<string, string>,
    payload: payload as object,
  };
}

describe('an order', () => {
  test('goes to the service as sent and is answered as the service accepted it', async () => {
    const asked: OrderRequest[] = [];
    const app = await start({
      placeOrder: async (request) => {
        asked.push(request);
        return taken(request);
      },
    });
    const sent = order({ 'idempotency-key': '"k1"' }, { ...body, expectedTotal: 1980 });
    const answer = await app.inject(sent);
    const request = {
      sale: 'friday',
      shopper: 'u1',
      member: null,
      key: 'k1',
      lines: body.lines,
      coupons: [],
      redPacket: 0,
      points: 0,
      expectedTotalMinor: 1980,
    };
    expect(asked).toEqual([request]);
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).not.toHaveProperty('idempotency-replayed');
    expect(answer.headers).not.toHaveProperty('preference-applied');
    const placed = placedOrder(asked[0]!);
    expect(answer.headers.location).toBe(`/v1/orders/${placed.id}`);
    expect(answer.json()).toEqual(orderView(placed, 'reserved', false));
  });

  test('is replayed with the same bytes, marked as a replay', async () => {
    const first = await (await start()).inject(order());
    const app = await start({ placeOrder: async (request) => taken(request, true) });
    const replay = await app.inject(order());
    expect(replay.statusCode).toBe(201);
    expect(replay.headers['idempotency-replayed']).toBe('true');
    expect(replay.rawPayload).toEqual(first.rawPayload);
  });

  test('is timed once: a replay accepts nothing', async () => {
    const times: number[] = [];
    let isReplay = false;
    const app = await start({
      placeOrder: async (request) => taken(request, isReplay),
      onOrderTimed: (ms) => times.push(ms),
    });
    await app.inject(order());
    isReplay = true;
    await app.inject(order());
    expect(times).toHaveLength(1);
  });

  test('waits for settlement when asked to, and says so only if it settled', async () => {
    const waits: unknown[] = [];
    const app = await start({
      whenSettled: async (placed, shopper, waitMs) => {
        waits.push([placed.order.id, shopper, waitMs]);
        return waitMs >= 3_000 ? 'reserved' : null;
      },
    });
    const { id } = placedOrder(twoMugs);
    const soon = await app.inject(order({ prefer: 'wait=5' }));
    expect(soon.headers['preference-applied']).toBe('wait');
    const late = await app.inject(order({ prefer: 'wait=2' }));
    expect(late.headers).not.toHaveProperty('preference-applied');
    expect(late.json()).toMatchObject({ state: 'reserved', settled: false });
    expect(soon.json()).toEqual({ ...late.json(), settled: true });
    expect(waits).toEqual([5_000, 2_000].map((ms) => [id, 'u1', ms]));
  });

  test('shows the present state after a wait, and otherwise what was accepted', async () => {
    const app = await start({
      placeOrder: async (request) => taken(request, true),
      whenSettled: async () => 'paid',
    });
    const plain = await app.inject(order());
    expect(plain.json()).toMatchObject({ state: 'reserved', settled: false });
    const waited = await app.inject(order({ prefer: 'wait=1' }));
    expect(waited.json()).toEqual({ ...plain.json(), state: 'paid', settled: true });
  });

  test('that makes the service throw is answered 500 with an id but not the cause', async () => {
    const outcomes: string[] = [];
    const app = await start({
      onAnswered: (route, outcome) => outcomes.push(`${route} ${outcome}`),
      placeOrder: async () => Promise.reject(new Error('deep')),
    });
    const answer = await app.inject(order());
    expect(answer.statusCode).toBe(500);
    expect(answer.json().instance).toMatch(/^urn:doorbuster:request:[0-9a-f]{12}-\w+$/);
    expect(answer.payload).not.toContain('deep');
    expect(outcomes).toEqual([`POST /v1/sales/:sale/orders fault`]);
  });
});

describe('wrong requests', () => {
  const cases: [string, InjectOptions, number, string][] = [
    ['an unknown path', { method: 'GET', url: '/nowhere' }, 404, 'not_found'],
    ['a path with an extra slash', { method: 'GET', url: '/v1/sales/friday/' }, 404, 'not_found'],
    ['an endless path', { method: 'GET', url: `/v1/sales/${'a'.repeat(200)}` }, 404, 'not_found'],
    ['a broken escape', { method: 'GET', url: '/v1/sales/%zz' }, 400, 'invalid'],
    ['another method', { method: 'PATCH', url: '/v1/sales/friday' }, 405, 'unsupported'],
    ['plain text', order({ 'content-type': 'text/plain' }, '{}'), 415, 'unsupported'],
    ['no media type', order({ 'content-type': '' }, '{}'), 415, 'unsupported'],
    ['a body over the limit', order({}, { lines: ['x'.repeat(16_400)] }), 413, 'too_large'],
  ];
  test.each(cases)('%s is answered with a problem', async (_what, request, status, code) => {
    const answer = await (await start()).inject(request);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status, code });
  });

  test.each([
    ['content-type', { 'content-type': 'text/plain' }, 'must be application/json'],
    ['content-encoding', { 'content-encoding': 'gzip' }, 'must be absent or identity'],
  ])('a body with a wrong %s is refused by that header', async (name, headers, detail) => {
    const answer = await (await start()).inject(order(headers, '{}'));
    expect(answer.statusCode).toBe(415);
    const errors = [{ pointer: `/headers/${name}`, detail }];
    expect(answer.json()).toMatchObject({ code: 'unsupported', errors });
    expect(answer.json().detail).toMatch(/^`Content-\w+` must be /);
  });

  test('a body coded as identity is read, and the detail of a 405 names methods', async () => {
    const app = await start({ placeOrder: async (request) => taken(request) });
    const plain = await app.inject(order({ 'content-encoding': 'Identity' }));
    expect(plain.statusCode).toBe(201);
    const wrong = await app.inject({ method: 'PATCH', url: '/v1/sales/friday' });
    expect(wrong.json().detail).toContain('GET, HEAD, PUT, DELETE');
  });

  test('a query that has a name twice is told so', async () => {
    const url = '/v1/sales/friday/changes?limit=1&limit=2';
    const answer = await (await start()).inject({ url, headers: bearer('operator') });
    const errors = [{ pointer: '/query/limit', detail: 'is given more than once' }];
    expect([answer.statusCode, answer.json().errors]).toEqual([400, errors]);
  });

  test('changes of a thing whose name has a NUL are refused before the ledger', async () => {
    const url = '/v1/sales/friday/changes?subject=%00';
    const answer = await (await start()).inject({ url, headers: bearer('operator') });
    const [fault] = answer.json().errors;
    expect([answer.statusCode, fault.pointer]).toEqual([400, '/query/subject']);
  });

  test('a change of what another request deletes meanwhile is answered 404', async () => {
    const app = await start({ saleViewById: () => null });
    const payload = { name: 'A', currency: 'CNY', opensAt: '2025-01-01T00:00:00Z' };
    const answer = await app.inject({
      method: 'PUT',
      url: '/v1/sales/friday',
      headers: bearer('operator'),
      payload: { ...payload, closesAt: '2099-01-01T00:00:00Z', payWithinSeconds: 900 },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
    expect(answer.headers).not.toHaveProperty('etag');
  });

  test('a wrong method is answered with the right ones', async () => {
    const answer = await (await start()).inject({ method: 'PATCH', url: '/v1/sales/friday?x=1' });
    expect(answer.headers['allow']).toBe('GET, HEAD, PUT, DELETE');
  });

  test('a field called __proto__ is refused by its name', async () => {
    const sent = order({ 'content-type': 'application/json' }, '{"lines":[],"__proto__":1}');
    const answer = await (await start()).inject(sent);
    const unknown = { pointer: '/__proto__', detail: 'is not a known field' };
    expect(answer.json().errors).toContainEqual(unknown);
  });

  test.each(['{"lines":', '', '[', 'null'])('the body %s is not an order', async (payload) => {
    const sent = order({ 'content-type': 'application/json' }, payload);
    const answer = await (await start()).inject(sent);
    expect(answer.json()).toMatchObject({ code: 'invalid', errors: [{ pointer: '' }] });
  });

  test('an answer lists at most twenty faults', async () => {
    const lines = Array.from({ length: 1_000 }, () => 0);
    const answer = await (await start()).inject(order({}, { lines }));
    expect(answer.json().errors).toHaveLength(20);
  });
});

describe('an audit', () => {
  const audited = async (audit: Changes['audit']) => {
    const app = await start({ audit: audit! });
    return app.inject({ url: '/v1/sales/friday/audit', headers: bearer('operator') });
  };

  test('is answered as the service gives it, field by field', async () => {
    const brokenPromises = [{ promise: 'I4', subject: 'friday.0/mug', detail: 'one is missing' }];
    const report = { brokenPromises, units: { ...NO_UNITS, cap: 10, available: 9 } };
    expect((await audited(async () => report)).payload).toBe(JSON.stringify(report));
  });

  test('of an unknown sale is answered 404', async () => {
    const answer = await audited(async () => null);
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('a sale', () => {
  test('is serialised again after 200 ms, and its tag tells versions apart', async () => {
    let nowMs = 1_000_000;
    let name = 'One';
    let rendered = 0;
    const app = await start({
      time: { ...systemTime, now: () => nowMs },
      saleViewById: (id) => {
        rendered++;
        return saleView(id, { name });
      },
    });
    const url = '/v1/sales/friday';
    const first = await app.inject(url);
    expect(first.headers).toMatchObject({
      'cache-control': expect.stringMatching(/^public, max-age=1,/),
    });
    expect(first.json()).toMatchObject({ name: 'One', serverTime: '1970-01-01T00:16:40.000Z' });
    name = 'Two';
    nowMs += 199;
    expect((await app.inject(url)).rawPayload).toEqual(first.rawPayload);
    expect(rendered).toBe(1);
    const tag = first.headers['etag'] as string;
    const known = { 'if-none-match': `"other", ${tag}` };
    const same = await app.inject({ url, headers: known });
    expect([same.statusCode, same.payload]).toEqual([304, '']);
    nowMs += 1;
    const second = await app.inject({ url, headers: known });
    expect(second.statusCode).toBe(200);
    expect(second.json().name).toBe('Two');
    expect(second.headers['etag']).not.toBe(tag);
  });

  test('is answered after a change with its new terms and the cells that lag behind', async () => {
    const app = await start({ setSaleState: async () => ({ kind: 'changed', pendingCells: [3] }) });
    const url = '/v1/sales/friday/pause';
    const answer = await app.inject({ method: 'POST', url, headers: bearer('operator') });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ id: 'friday', pendingCells: [3] });
  });

  test('is listed in pages that a cursor links', async () => {
    const ids = ['a', 'b', 'c'] as never;
    const app = await start({ saleIds: () => ids });
    const first = (await app.inject('/v1/sales?limit=2')).json();
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['a', 'b']);
    const rest = (await app.inject(`/v1/sales?limit=2&cursor=${first.next}`)).json();
    expect(rest).toMatchObject({ items: [{ id: 'c' }], next: null });
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=zz', 'offset=1']) {
      const pointer = `/query/${query.split('=')[0]}`;
      const refused = (await app.inject(`/v1/sales?${query}`)).json();
      expect(refused).toMatchObject({ code: 'invalid', errors: [{ pointer }] });
    }
  });

  test('lists a shopper’s orders in pages', async () => {
    const view = (id: string) =>
      named(orderView({ ...placedOrder(twoMugs), id: id as OrderId }, 'reserved', false));
    const app = await start({ ordersOf: async () => ['x', 'y', 'z'].map(view) });
    const list = async (query: string) =>
      (await app.inject({ url: `${ORDERS}?${query}`, headers: bearer('shopper') })).json();
    const first = await list('limit=1');
    expect(first.items).toEqual([view('x')]);
    expect(await list(`limit=100&cursor=${first.next}`)).toEqual({
      items: [view('y'), view('z')],
      next: null,
    });
  });
});

describe('browsers', () => {
  const origin = 'https://shop.example';
  const preflight = { origin, 'access-control-request-method': 'POST' };

  test('may not call from an origin that is not configured', async () => {
    const answer = await (await start()).inject({ url: '/healthz', headers: { origin } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('may call from a configured origin and read the headers they need', async () => {
    const app = await start({ corsOrigins: [origin] });
    const asked = await app.inject({ method: 'OPTIONS', url: ORDERS, headers: preflight });
    expect(asked.statusCode).toBe(204);
    expect(asked.headers['access-control-allow-headers']).toContain('idempotency-key');
    const answer = await app.inject(order({ origin, authorization: undefined }));
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers['access-control-expose-headers']).toContain('retry-after');
    const stranger = await app.inject({
      url: '/healthz',
      headers: { origin: 'https://evil.example' },
    });
    expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('an operator', () => {
  test('learns that the process is not ready', async () => {
    let why: string | null = 'This process is stopping.';
    const app = await start({ whyNotReady: async () => why });
    const busy = await app.inject('/readyz');
    expect(busy.statusCode).toBe(503);
    expect(Number(busy.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(busy.json()).toMatchObject({ code: 'busy', detail: 'This process is stopping.' });
    why = null;
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });

  test('may serve the operational routes on their own', async () => {
    const app = closeAfterTest(await createOpsApp(httpDeps()));
    for (const url of ['/healthz', '/readyz', '/metrics']) {
      expect((await app.inject(url)).statusCode, url).toBe(200);
    }
    expect((await app.inject('/v1/sales')).statusCode).toBe(404);
  });

  test('finds the API reference with the answers and headers of an order', async () => {
    const app = await start();
    expect((await app.inject('/docs/')).headers['content-type']).toContain('text/html');
    const reference = (await app.inject('/docs/openapi.json')).json();
    const { post } = reference.paths['/v1/sales/{sale}/orders'];
    expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(['201', '409', '503']));
    const names = post.parameters.map(({ name }: { name: string }) => name.toLowerCase());
    expect(names).toEqual(expect.arrayContaining(['sale', 'idempotency-key', 'prefer']));
  });
});
