import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { App } from '../../../src/http/deps.ts';
import type { TokenClaims } from '../../../src/process/cli/people/sign-token.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { apiOf } from '../../world/stage/http.ts';
import { Shop } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { storeId } from '../../../proof/builders/ids.ts';

let shop: Shop;
let app: App;
let url: string;

withStage('file', Shop.create, (made) => (shop = made));
beforeAll(async () => {
  ({ app } = await apiOf(shop, { environment: { REQUEST_TIMEOUT_MS: '200' } }));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await app?.close();
});

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one caller’s requests. @returns the answers, with their JSON */
function caller(claims: TokenClaims) {
  const authorization = bearer(claims);
  return async (method: string, path: string, { body, headers = {} }: Asked = {}) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization, ...type, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
  };
}

const operator = caller({ sub: 'ops', role: 'operator' });
const merchant = caller({ sub: 'm1', role: 'merchant', store: 'store-1' });
const shopper = caller({ sub: 'u1', role: 'shopper' });

const stores = [{ store: storeId('store-1') }];
const terms = saleBody({ opensAt: '2025-01-01T08:00:00+08:00', cells: 2, stores });
const mug = offerBody({ cap: 4, lane: 'flash' });
const twoMugs = { lines: [{ offer: 'mug', quantity: 2 }], expectedTotal: 1980 };

const put = (sale: string) => operator('PUT', `/v1/sales/${sale}`, { body: terms });
const putMug = (sale: string, cap = mug.cap) =>
  merchant('PUT', `/v1/sales/${sale}/offers/mug`, { body: { ...mug, cap } });

/** Sets up a sale with one offer over HTTP, as an operator and a merchant would. */
async function openSale(sale: string): Promise<void> {
  expect((await put(sale)).status).toBe(200);
  expect((await putMug(sale)).status).toBe(200);
  const opened = await operator('POST', `/v1/sales/${sale}/open`);
  expect(opened).toMatchObject({ status: 200, json: { id: sale, state: 'open' } });
}

let isSettling = false;

/** Starts the worker’s settler, once, and does the work. */
async function whileSettling<Value>(work: () => Promise<Value>): Promise<Value> {
  if (!isSettling) shop.worker.settler.start();
  isSettling = true;
  return work();
}

test('a sale is set up, opened and read, and the same requests again change nothing', async () => {
  await openSale('setup');
  const read = await shopper('GET', '/v1/sales/setup');
  expect(read.json).toMatchObject({
    opensAt: '2025-01-01T00:00:00.000Z',
    offers: [{ id: 'mug', price: 990, listPrice: 990, stock: 'in_stock' }],
  });
  const { rulesVersion } = read.json;
  expect((await put('setup')).json).toMatchObject({ rulesVersion, state: 'open' });
  expect((await putMug('setup')).status).toBe(200);
  expect((await operator('POST', '/v1/sales/setup/open')).status).toBe(200);
  expect((await shopper('GET', '/v1/sales/setup')).json.rulesVersion).toBe(rulesVersion);
  expect((await putMug('setup', 5)).status).toBe(200);
  const { json } = await operator('GET', '/v1/sales/setup/audit');
  expect(json).toMatchObject({ brokenPromises: [], units: { cap: 5, available: 5 } });
});

test('an order’s owner reads it before and after it is settled', async () => {
  await openSale('reading');
  const key = { 'idempotency-key': 'k1' };
  const orders = '/v1/sales/reading/orders';
  const placed = await shopper('POST', orders, { body: twoMugs, headers: key });
  expect(placed).toMatchObject({ status: 201, json: { state: 'reserved', settled: false } });
  const location = placed.headers.get('location')!;
  const lines = [{ ...placed.json.lines[0], title: 'A mug' }];
  const named = { ...placed.json, lines, currency: 'CNY', createdAt: null };
  expect((await shopper('GET', location)).json).toEqual(named);
  expect((await shopper('GET', orders)).json).toEqual({ items: [named], next: null });
  await shop.worker.directory.refresh();
  await whileSettling(() =>
    until(async () => (await shopper('GET', location)).json.settled, {
      describe: 'the order is settled',
    }),
  );
  const settled = { ...placed.json, settled: true };
  const createdAt = expect.stringMatching(/Z$/) as string;
  const read = { ...named, settled: true, createdAt };
  expect((await shopper('GET', location)).json).toEqual(read);
  expect((await shopper('GET', orders)).json.items).toEqual([read]);
  const again = await shopper('POST', orders, {
    body: twoMugs,
    headers: { ...key, prefer: 'wait=5' },
  });
  expect(again.json).toEqual(settled);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.headers.get('preference-applied')).toBe('wait');
  const next = await caller({ sub: 'u2', role: 'shopper' })('POST', orders, {
    body: { lines: [{ offer: 'mug', quantity: 1 }] },
    headers: { 'idempotency-key': 'k1', prefer: 'respond-async, wait=5' },
  });
  expect(next).toMatchObject({ status: 201, json: { settled: true } });
  expect(next.headers.get('preference-applied')).toBe('wait');
  expect((await shopper('GET', '/v1/sales/reading/audit')).status).toBe(403);
});

test('a replay before settlement also waits for it', async () => {
  await openSale('replaying');
  const orders = '/v1/sales/replaying/orders';
  const key = { 'idempotency-key': 'k1' };
  const buyer = caller({ sub: 'u3', role: 'shopper' });
  const waiting = vi.spyOn(shop.api.watch, 'whenSettled');
  // A lock on the row of its cursor holds settlement up.
  const client = await shop.api.pool.connect();
  await client.query('begin');
  await client.query(`select 1 from cells where sale = 'replaying' for update`);
  try {
    const placed = await buyer('POST', orders, { body: twoMugs, headers: key });
    const { cells } = shop.api.directory.sale('replaying')!;
    const isSeen = () => cells.some((address) => shop.api.watch.snapshot(address)?.seq === 1);
    await until(async () => isSeen(), { describe: 'the watch has seen the order' });
    const headers = { ...key, prefer: 'wait=2' };
    const replay = buyer('POST', orders, { body: twoMugs, headers });
    await until(async () => waiting.mock.calls.length > 0, { describe: 'the replay waits' });
    await client.query('rollback');
    const answer = await whileSettling(() => replay);
    expect(answer.json).toEqual({ ...placed.json, settled: true });
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
    expect(answer.headers.get('preference-applied')).toBe('wait');
  } finally {
    client.release(true);
    waiting.mockRestore();
  }
});

/** The text that the server writes to a connection before it closes it. */
function exchange(sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(sent));
    socket.setEncoding('utf8').on('data', (part) => (text += String(part)));
    socket.on('error', reject).on('close', () => resolve(text));
  });
}

test('a request that is not HTTP or never ends is answered with a problem and closed', async () => {
  const authorization = bearer({ sub: 'u1', role: 'shopper' });
  const endlessHead = 'POST /v1/sales/x/orders HTTP/1.1\r\nhost: x\r\nx-long: ';
  const endlessBody =
    `${endlessHead}\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\n` +
    `content-length: 9\r\n\r\n{`;
  for (const [sent, status, code] of [
    ['BREW /pot\r\n\r\n', 400, 'invalid'],
    [endlessHead, 408, 'too_slow'],
    [endlessBody, 408, 'too_slow'],
  ] as const) {
    const text = await exchange(sent);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({ status, code });
  }
});

test('every answer is counted under its route and outcome', async () => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const placed =
    'doorbuster_requests_total{route="POST /v1/sales/:sale/orders",outcome="placed"} 3';
  expect(text).toContain(placed);
  expect(text).toContain('route="GET /v1/sales/:sale/audit",outcome="forbidden"} 1');
});
