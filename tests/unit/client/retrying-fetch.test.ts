import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { retryingFetch } from '../../../client/retrying-fetch.ts';

type Reply = (response: ServerResponse) => void;

interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (response) =>
    void response.writeHead(code, headers).end('said');
const cut: Reply = (response) => void response.destroy();

let seen: Seen[];
let pauses: number[];
/** One for each request; the last one answers all that follow. */
let replies: Reply[];
let url: string;

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += String(part);
  seen.push({ headers: request.headers, body });
  const reply = replies[Math.min(seen.length, replies.length) - 1]!;
  reply(response);
});

beforeEach(async () => {
  seen = [];
  pauses = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Sends a request with up to four tries, and notes pauses instead of waiting. */
const send = (init: RequestInit, withinMs = 60_000) =>
  retryingFetch({
    tries: 4,
    withinMs,
    sleep: async (ms) => void pauses.push(ms),
  })(url, init);

const post = { method: 'POST', body: '{"lines":[]}' };
const keyed = { ...post, headers: { 'idempotency-key': 'k1', authorization: 'Bearer t' } };

test('a busy service is asked again with the same key and body, after Retry-After', async () => {
  replies = [status(503, { 'retry-after': '2' }), status(429, { 'retry-after': '7' }), status(201)];
  const answer = await send(keyed);
  expect(answer.status).toBe(201);
  expect(await answer.text()).toBe('said');
  expect(pauses).toEqual([2_000, 7_000]);
  expect(seen).toHaveLength(3);
  for (const { headers, body } of seen) {
    expect(headers).toMatchObject({ 'idempotency-key': 'k1', authorization: 'Bearer t' });
    expect(body).toBe(post.body);
  }
});

test('a request with a key is repeated when its answer was lost', async () => {
  replies = [cut, cut, status(201)];
  expect((await send(keyed)).status).toBe(201);
  expect(pauses).toHaveLength(2);
  expect(pauses.every((ms) => ms <= 800)).toBe(true);
});

test('a POST without a key is not repeated when its answer was lost', async () => {
  replies = [cut];
  await expect(send(post)).rejects.toThrow('fetch failed');
  expect(seen).toHaveLength(1);
});

test.each(['GET', 'PUT', 'DELETE'])('a %s is repeated when its answer was lost', async (method) => {
  replies = [cut, status(200)];
  expect((await send({ method })).status).toBe(200);
});

test.each([200, 400, 404, 409, 500])('the answer %i is not asked for again', async (code) => {
  replies = [status(code)];
  expect((await send(keyed)).status).toBe(code);
  expect(seen).toHaveLength(1);
});

test.each([
  ['a POST without a key', post],
  ['a PUT of one version', { method: 'PUT', headers: { 'if-match': '"3"' } }],
])('%s is not repeated after `busy`, and is after too many', async (_, init) => {
  replies = [status(429), status(503)];
  expect((await send(init)).status).toBe(503);
  expect(seen).toHaveLength(2);
});

test('the last answer is returned after the last try', async () => {
  replies = [status(503)];
  expect((await send(keyed)).status).toBe(503);
  expect(seen).toHaveLength(4);
});

test('the last error is thrown after the last try', async () => {
  replies = [cut];
  await expect(send({ method: 'GET' })).rejects.toThrow('fetch failed');
  expect(seen).toHaveLength(4);
});

test('no pause goes beyond the time that a request has', async () => {
  replies = [status(503, { 'retry-after': '90' })];
  expect((await send(keyed)).status).toBe(503);
  expect(pauses).toEqual([]);
});

test('a request that its caller gave up is not repeated', async () => {
  const controller = new AbortController();
  replies = [
    (response) => {
      controller.abort(new Error('enough'));
      response.destroy();
    },
  ];
  await expect(send({ ...keyed, signal: controller.signal })).rejects.toThrow('enough');
  expect(seen).toHaveLength(1);
});
