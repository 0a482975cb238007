import { expect, test } from 'vitest';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { createLog, createPseudonyms } from '../../../src/platform/log.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { bearer } from './http-deps.ts';
import type { Changes } from './http-deps.ts';
import { start } from './start-app.ts';

const { person, address } = createPseudonyms(JWT_SECRET);
const HOME = address('127.0.0.1');
const WALLET = 'GET /v1/sales/:sale/wallet';

/** An app whose clock stands still, and the lines of its log. */
async function startLogged(changes: Changes = {}) {
  const lines: Record<string, unknown>[] = [];
  const clock = { ms: 0 };
  const app = await start({
    log: createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) }),
    time: { ...systemTime, monotonic: () => clock.ms },
    ...changes,
  });
  const wallet = (headers: Record<string, string>) =>
    app.inject({ method: 'GET', url: '/v1/sales/friday/wallet', headers });
  return { app, lines, clock, wallet };
}

test('a token that is not valid is a security event; no token is none', async () => {
  const { lines, wallet } = await startLogged();
  await wallet({});
  expect(lines).toEqual([]);
  await wallet({ authorization: `${bearer('shopper').authorization}x` });
  expect(lines).toMatchObject([
    { msg: 'security', event: 'bad_token', route: WALLET, person: null, address: HOME, level: 30 },
  ]);
});

test('a refusal by role is a security event with the pseudonym of its person', async () => {
  const { lines, wallet } = await startLogged();
  await wallet(bearer('operator', { sub: 'olaf' }));
  expect(lines).toMatchObject([
    { msg: 'security', event: 'denied', route: WALLET, person: person('olaf'), address: HOME },
  ]);
  expect(JSON.stringify(lines)).not.toContain('olaf');
});

test('so is a refusal by rate, and a payment event that the provider did not sign', async () => {
  const { app, lines, wallet } = await startLogged({
    walletOf: async () => ({ code: 'rate_limited', retryAfterS: 1 }) as never,
    receivePaymentEvent: async () => ({ code: 'unauthenticated', challenge: 'Signature' }),
  });
  await wallet(bearer('shopper'));
  await app.inject({ method: 'POST', url: '/v1/payment-events', payload: {} });
  expect(lines).toMatchObject([
    { event: 'rate_limited', route: WALLET, person: person('u1') },
    { event: 'bad_signature', route: 'POST /v1/payment-events', person: null, address: HOME },
  ]);
});

test('the address is that of the caller, behind the proxies that we trust', async () => {
  const limits = readConfig({ TRUST_PROXY: '1' });
  const { lines, wallet } = await startLogged({ limits });
  await wallet({ authorization: 'Bearer a.b.c', 'x-forwarded-for': '203.0.113.9' });
  expect(lines).toMatchObject([{ event: 'bad_token', address: address('203.0.113.9') }]);
});

test('a flood of bad tokens is one line a second at each route', async () => {
  const { lines, clock, wallet } = await startLogged();
  for (let i = 0; i < 50; i++) await wallet({ authorization: `Bearer a.b.${i}` });
  expect(lines).toMatchObject([{ event: 'bad_token', leftOut: 0 }]);
  clock.ms = 1_000;
  await wallet({ authorization: 'Bearer a.b.c' });
  expect(lines).toMatchObject([{ leftOut: 0 }, { event: 'bad_token', leftOut: 49 }]);
});

test('with an access log each answered request is a line, without its path', async () => {
  const { app, lines, wallet } = await startLogged({ accessLog: true });
  const reply = await wallet(bearer('shopper', { sub: 'alice' }));
  await app.inject({ method: 'GET', url: '/nowhere/alice' });
  await app.inject({ method: 'GET', url: '/healthz' });
  const line = { level: 30, msg: 'answered', method: 'GET', ms: expect.any(Number) };
  expect(lines).toMatchObject([
    {
      ...line,
      route: '/v1/sales/:sale/wallet',
      status: 200,
      person: person('alice'),
      bytes: Number(reply.headers['content-length']),
      requestId: expect.stringMatching(/^[0-9a-f]{12}-\w+$/),
    },
    { ...line, route: 'none', status: 404, person: null },
    { ...line, route: '/healthz', status: 200, person: null },
  ]);
  expect(JSON.stringify(lines)).not.toContain('alice');
});

test('without one nothing is logged of a request that goes well', async () => {
  const { lines, wallet } = await startLogged();
  await wallet(bearer('shopper'));
  expect(lines).toEqual([]);
});
