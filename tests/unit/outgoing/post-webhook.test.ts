import { lookup } from 'node:dns';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { postWebhook } from '../../../src/outgoing/post-webhook.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { Receiver } from '../../world/servers/webhook-receiver.ts';

// The test decides where a name leads, so that it asks no real name server.
vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: vi.fn(),
}));

let receiver: Receiver;

beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(() => receiver.stop());

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

const post = (url: string, allowPrivate: boolean, timeoutMs = 10_000) =>
  postWebhook(
    { url, id: 'delivery_1', body: '{"type":"order.paid"}', secrets: [SECRET] },
    { allowPrivate, timeoutMs, time: systemTime, signal: new AbortController().signal },
  );

/** Makes the next look-up of a name return these addresses. */
function resolveTo(...addresses: string[]): void {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  vi.mocked(lookup as unknown as () => void).mockImplementationOnce(((
    ...[, , done]: [string, object, (error: null, addresses: unknown) => void]
  ) => done(null, found)) as never);
}

test.each([
  [['127.0.0.1']],
  [['::1']],
  [['169.254.169.254']],
  [['93.184.216.34', '10.0.0.1']],
  [['::ffff:127.0.0.1']],
])('a host that resolves to %j at the time of sending is not called', async (addresses) => {
  resolveTo(...addresses);
  const port = new URL(receiver.url).port;
  expect(await post(`https://shop.example:${port}/`, false)).toEqual({
    kind: 'failed',
    error: 'the host is at a private address',
  });
  expect(receiver.received).toEqual([]);
});

test('a target that the settings forbid at the time of sending is not called', async () => {
  expect(await post(receiver.url, false)).toEqual({
    kind: 'failed',
    error: 'the URL must begin with https://',
  });
  expect(receiver.received).toEqual([]);
});

test.each([
  [200, { kind: 'taken' }],
  [204, { kind: 'taken' }],
  [302, { kind: 'failed', error: 'answered 302' }],
  [410, { kind: 'failed', error: 'answered 410' }],
  [503, { kind: 'failed', error: 'answered 503' }],
])('the status %i decides alone whether the delivery was taken', async (status, posted) => {
  receiver.answer = () => status;
  expect(await post(receiver.url, true)).toEqual(posted);
});

test('an answer that never ends or is too long is not read to its end', async () => {
  receiver.answer = (_, response) => {
    response.writeHead(200).write('and so on');
    return null;
  };
  expect(await post(receiver.url, true, 200)).toEqual({ kind: 'taken' });
  receiver.answer = (_, response) => {
    response.writeHead(200).write('x'.repeat(100_000));
    return null;
  };
  expect(await post(receiver.url, true)).toEqual({ kind: 'taken' });
});

test('an unreachable receiver and a late answer are failures', async () => {
  receiver.answer = () => null;
  expect(await post(receiver.url, true, 100)).toEqual({
    kind: 'failed',
    error: 'no answer in time',
  });
  const { url } = receiver;
  await receiver.stop();
  expect(await post(url, true)).toEqual({ kind: 'failed', error: 'ECONNREFUSED' });
  receiver = await Receiver.start();
});
