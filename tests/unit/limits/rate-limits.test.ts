import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/http/catalogue/catalogue.ts';
import { StreamSlots } from '../../../src/http/limits/stream-slots.ts';
import { TokenBuckets } from '../../../src/http/limits/token-buckets.ts';
import { rateLimits } from '../../../src/platform/config/limit-parsers.ts';
import { limits as variables } from '../../../src/platform/config/limits.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { bearer } from '../http/http-deps.ts';
import type { Changes } from '../http/http-deps.ts';
import { start } from '../http/start-app.ts';

function clock() {
  const time = { ms: 1_000, monotonic: () => time.ms };
  return time;
}

describe('a bucket of tokens', () => {
  test('gives its burst at once, then tokens at its rate, and says how long to wait', () => {
    const time = clock();
    const buckets = new TokenBuckets({ perSecond: 10, burst: 3 }, time);
    expect([1, 2, 3].map(() => buckets.of('a').take(1))).toEqual([0, 0, 0]);
    expect(buckets.of('a').take(1)).toBe(100);
    expect(buckets.of('b').take(3)).toBe(0);
    time.ms += 99;
    expect(buckets.of('a').take(1)).toBe(1);
    time.ms += 1;
    expect(buckets.of('a').take(1)).toBe(0);
    time.ms += 3_600_000;
    expect([1, 2, 3, 4].map(() => buckets.of('a').take(1) > 0)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test('takes nothing for a request it refuses, and tells how much is left', () => {
    const time = clock();
    const buckets = new TokenBuckets({ perSecond: 10, burst: 10 }, time);
    expect(buckets.of('a').take(4)).toBe(0);
    expect(buckets.of('a').take(7)).toBe(100);
    expect(buckets.of('a').look()).toEqual({ left: 6, fullInMs: 400 });
    expect(buckets.of('a').take(6)).toBe(0);
    expect(buckets.of('stranger').look()).toEqual({ left: 10, fullInMs: 0 });
  });

  test('lets a request that costs more than it holds pass when it is full', () => {
    const time = clock();
    const buckets = new TokenBuckets({ perSecond: 10, burst: 10 }, time);
    expect(buckets.of('a').take(1)).toBe(0);
    expect(buckets.of('a').take(40)).toBe(100);
    time.ms += 100;
    expect(buckets.of('a').take(40)).toBe(0);
  });

  test('owes what costs more than is left, but for one such cost at most', () => {
    const time = clock();
    const buckets = new TokenBuckets({ perSecond: 10, burst: 10 }, time);
    buckets.of('a').drain(4);
    expect(buckets.of('a').look().left).toBe(6);
    buckets.of('a').drain(8);
    expect(buckets.of('a').look()).toEqual({ left: 0, fullInMs: 1_200 });
    expect(buckets.of('a').take(1)).toBe(300);
    for (let i = 0; i < 5; i++) buckets.of('a').drain(8);
    expect(buckets.of('a').take(1)).toBe(900);
    buckets.of('a').drain(1);
    expect(buckets.of('a').take(1)).toBe(900);
  });

  test('is one of a bounded number, and a caller who keeps coming stays known', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 2 }, clock(), 100);
    expect([buckets.of('flood').take(1), buckets.of('flood').take(1)]).toEqual([0, 0]);
    for (let i = 0; i < 10_000; i++) {
      buckets.of(`caller ${i}`).take(1);
      if (i % 50 === 0) expect(buckets.of('flood').take(1)).toBeGreaterThan(0);
      expect(buckets.size).toBeLessThanOrEqual(200);
    }
  });

  test('stays the one of its caller while a token keeps it, for its other tokens, too', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 2 }, clock(), 100);
    let kept = buckets.of('flood');
    kept.drain(2);
    for (let i = 0; i < 10_000; i++) {
      buckets.of(`caller ${i}`);
      if (i % 50 === 0) kept = buckets.of('flood', kept);
    }
    expect(buckets.of('flood')).toBe(kept);
    expect(kept.look().left).toBe(0);
  });
});

const ORDER: InjectOptions = {
  method: 'POST',
  url: '/v1/sales/friday/orders',
  headers: { 'idempotency-key': 'k1' },
  payload: { lines: [{ offer: 'mug', quantity: 1 }] },
};
const SALE = '/v1/sales/friday';

/** The api with these limits and no others, on a clock that stands. */
async function limited(text: string, env: Record<string, string> = {}, more: Changes = {}) {
  let nowMs = 1_000;
  const turnedAway: string[] = [];
  const worked: string[] = [];
  const all = 'anonymous=off,bad_token=off,shopper=off,merchant=off,store=off,operator=off';
  const config = readConfig(env);
  const app = await start({
    limits: { ...config, rateLimits: rateLimits(all)(text) },
    time: { ...systemTime, monotonic: () => nowMs },
    onTurnedAway: (reason, subject) => turnedAway.push(`${reason} ${subject}`),
    ordersOf: async (_sale, shopper) => (worked.push(shopper), []),
    ...more,
  });
  const ask = async (request: InjectOptions, headers: Record<string, string> = {}) =>
    app.inject({ ...request, headers: { ...request.headers, ...headers } });
  const statuses = async (times: number, ...of: Parameters<typeof ask>) => {
    const found: number[] = [];
    for (let i = 0; i < times; i++) found.push((await ask(...of)).statusCode);
    return found;
  };
  const wait = (ms: number) => void (nowMs += ms);
  return { app, ask, statuses, wait, turnedAway, worked };
}

describe('a limit', () => {
  test('holds for each shopper alone, and passes as time goes by', async () => {
    const { ask, statuses, wait, turnedAway } = await limited('shopper=2/s:2');
    const [one, two] = [bearer('shopper', { sub: 'u1' }), bearer('shopper', { sub: 'u2' })];
    expect(await statuses(3, ORDER, one)).toEqual([201, 201, 429]);
    expect(await statuses(3, ORDER, two)).toEqual([201, 201, 429]);
    wait(500);
    expect(await statuses(2, ORDER, one)).toEqual([201, 429]);
    expect((await ask({ url: SALE })).statusCode).toBe(200);
    expect(turnedAway).toEqual(Array(3).fill('limited shopper'));
  });

  test('counts an order that is not found as twenty more: nobody guesses many', async () => {
    const { statuses } = await limited('shopper=1/s:30');
    const guess = { url: '/v1/orders/guessed' };
    expect(await statuses(3, guess, bearer('shopper'))).toEqual([404, 404, 429]);
  });

  test('is not evaded by another token of the same shopper', async () => {
    const { statuses } = await limited('shopper=2/s:2');
    const [gold, plain] = [bearer('shopper', { member: 'gold' }), bearer('shopper')];
    expect(await statuses(1, ORDER, gold)).toEqual([201]);
    expect(await statuses(2, ORDER, plain)).toEqual([201, 429]);
  });

  test('counts requests that the role of the caller may not send, too', async () => {
    const { statuses } = await limited('shopper=1/s:80');
    const audit = { url: `${SALE}/audit` };
    expect(await statuses(3, audit, bearer('shopper'))).toEqual([403, 403, 429]);
  });

  test('refuses before any work, with what is left and how long to wait', async () => {
    const { ask, worked } = await limited('shopper=1/s:6');
    const list = { url: `${SALE}/orders` };
    expect((await ask(list, bearer('shopper'))).statusCode).toBe(200);
    const answer = await ask(list, bearer('shopper'));
    expect(worked).toEqual(['u1']);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(answer.json().detail).toMatch(/^Too many requests: each shopper may send 1 a second/);
    expect(answer.headers).toMatchObject({
      'ratelimit-policy': '"shopper";q=6;w=6',
      ratelimit: '"shopper";r=2;t=2',
    });
    const retryAfterS = Number(answer.headers['retry-after']);
    expect(retryAfterS).toBeGreaterThanOrEqual(2);
    expect(retryAfterS).toBeLessThanOrEqual(5);
  });

  test('counts costly routes by weight, and only their successes tell what is left', async () => {
    const { ask, statuses } = await limited('operator=10/s:100');
    const operator = bearer('operator');
    const status = await ask({ url: `${SALE}/status` }, operator);
    expect(status.headers).toMatchObject({
      'ratelimit-policy': '"operator";q=100;w=10',
      ratelimit: '"operator";r=90;t=1',
    });
    expect(await statuses(3, { url: `${SALE}/audit` }, operator)).toEqual([200, 200, 429]);
    const cheap = await limited('shopper=10/s:100');
    const order = await cheap.ask(ORDER, bearer('shopper'));
    expect(order.headers).not.toHaveProperty('ratelimit');
  });

  test('of a store holds for what all its merchants write, not for what they read', async () => {
    const { statuses, turnedAway } = await limited('store=1/s:8,merchant=1/s:20');
    const hook = { method: 'PUT', url: `${SALE}/webhooks/w1`, payload: {} } as const;
    const merchant = (sub: string, store = 'store-1') => bearer('merchant', { sub, store });
    expect(await statuses(1, hook, merchant('m1'))).toEqual([400]);
    expect(await statuses(2, hook, merchant('m2'))).toEqual([400, 429]);
    expect(await statuses(1, hook, merchant('m3', 'store-2'))).toEqual([400]);
    const read = { url: `${SALE}/webhooks` };
    expect(await statuses(1, read, merchant('m1'))).toEqual([200]);
    expect(turnedAway).toEqual(['limited store']);
  });

  test('is off when the configuration says so', async () => {
    const { statuses } = await limited('off');
    const all = new Set(await statuses(300, ORDER, bearer('shopper')));
    expect([...all]).toEqual([201]);
  });
});

describe('callers without a token', () => {
  const from = (address: string): InjectOptions => ({ url: SALE, remoteAddress: address });

  test('count by their address, and nothing that they write changes it', async () => {
    const { statuses } = await limited('anonymous=1/s:2');
    const forged = { 'x-forwarded-for': '203.0.113.9' };
    expect(await statuses(2, from('192.0.2.1'), forged)).toEqual([200, 200]);
    expect(await statuses(1, from('192.0.2.1'))).toEqual([429]);
    expect(await statuses(1, from('192.0.2.2'), forged)).toEqual([200]);
    expect(await statuses(3, from('2001:db8::1'))).toEqual([200, 200, 429]);
    expect(await statuses(1, from('2001:db8::2'))).toEqual([429]);
  });

  test('count by the address that a trusted proxy forwards', async () => {
    const { statuses } = await limited('anonymous=1/s:2', { TRUST_PROXY: '192.0.2.0/24' });
    const client = (address: string) => ({ 'x-forwarded-for': `6.6.6.6, ${address}` });
    expect(await statuses(3, from('192.0.2.1'), client('203.0.113.1'))).toEqual([200, 200, 429]);
    expect(await statuses(1, from('192.0.2.1'), client('203.0.113.2'))).toEqual([200]);
    expect(await statuses(1, from('198.51.100.1'), client('203.0.113.1'))).toEqual([200]);
  });

  test('who send bad tokens spend a limit of their address, and nobody else', async () => {
    const { statuses, ask, turnedAway } = await limited('bad_token=1/s:3,anonymous=1/s:6');
    const bad = { authorization: `${bearer('shopper').authorization.slice(0, -8)}AAAAAAAA` };
    expect(await statuses(1, ORDER, bearer('shopper'))).toEqual([201]);
    expect(await statuses(5, ORDER, bad)).toEqual([401, 401, 401, 429, 429]);
    const refused = await ask(ORDER, bad);
    expect(refused.json().detail).toContain(
      'callers with a bad token or signature at your address',
    );
    expect(await statuses(1, ORDER, bearer('shopper'))).toEqual([201]);
    expect(await statuses(3, from('127.0.0.1'))).toEqual([200, 200, 200]);
    expect(new Set(turnedAway)).toEqual(new Set(['limited bad_token']));
  });

  test('and too many bad ones are refused before another token is verified', async () => {
    const { statuses, wait } = await limited('bad_token=1/s:3');
    const [known, good] = [bearer('shopper'), bearer('shopper', { sub: 'u2' })];
    const bad = { authorization: `${known.authorization.slice(0, -8)}AAAAAAAA` };
    const elsewhere = { ...ORDER, remoteAddress: '192.0.2.1' };
    expect(await statuses(1, ORDER, known)).toEqual([201]);
    expect(await statuses(4, ORDER, bad)).toEqual([401, 401, 401, 429]);
    // It is good, but only verifying it would show that.
    expect(await statuses(1, ORDER, good)).toEqual([429]);
    expect(await statuses(1, ORDER, known)).toEqual([201]);
    expect(await statuses(1, elsewhere, bearer('shopper', { sub: 'u3' }))).toEqual([201]);
    wait(1_000);
    expect(await statuses(1, ORDER, good)).toEqual([201]);
  });

  test('spend it on paths that do not exist, but not on the preflights of a browser', async () => {
    const origin = 'https://shop.example';
    const { statuses } = await limited('anonymous=1/s:2', {}, { corsOrigins: [origin] });
    expect(await statuses(3, { url: '/no/such/path' })).toEqual([404, 404, 429]);
    const headers = { origin, 'access-control-request-method': 'POST' };
    expect(await statuses(3, { ...ORDER, method: 'OPTIONS', headers })).toEqual([204, 204, 204]);
  });

  test('who forge payment events are refused before another signature is verified', async () => {
    let verified = 0;
    const { statuses, wait } = await limited(
      'bad_token=1/s:2',
      {},
      {
        receivePaymentEvent: async (body) => {
          verified++;
          const isGood = body.toString() === '"good"';
          return isGood
            ? { outcome: 'moved' }
            : { code: 'unauthenticated', challenge: 'Signature' };
        },
      },
    );
    const headers = { 'content-type': 'application/json' };
    const event = (payload: string): InjectOptions => ({
      ...{ method: 'POST', url: '/v1/payment-events', headers, payload },
    });
    expect(await statuses(5, event('"good"'))).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses(4, event('"forged"'))).toEqual([401, 401, 429, 429]);
    expect(verified).toBe(7);
    wait(1_000);
    expect(await statuses(1, event('"good"'))).toEqual([200]);
  });

  test('spend ten on each answer of the API reference', async () => {
    const { statuses } = await limited('anonymous=10/s:20');
    expect(await statuses(3, { url: '/docs/' })).toEqual([200, 200, 429]);
  });

  test('who provide payments and probe health have no limit', async () => {
    const { statuses } = await limited('anonymous=1/s:1');
    for (const url of ['/healthz', '/readyz', '/metrics']) {
      expect(await statuses(3, { url })).toEqual([200, 200, 200]);
    }
    const event = { method: 'POST', url: '/v1/payment-events', payload: {} } as const;
    expect(new Set(await statuses(3, event))).not.toContain(429);
  });
});

test('the default limits admit any request of the catalogue at once', () => {
  // A bad token counts as 1 on each route.
  const { bad_token: _, ...defaults } = variables.rateLimits.parse('');
  const heaviest = Math.max(...Object.values(catalogue).map(({ weight }) => weight));
  for (const limit of Object.values(defaults)) {
    expect(limit!.burst).toBeGreaterThanOrEqual(4 * heaviest);
  }
});

test('10,000 tries for a stream leave nothing behind but those that are open', () => {
  const slots = new StreamSlots(20);
  const open = Array.from({ length: 10_000 }, () => slots.take('merchant m1'));
  const taken = open.filter((giveBack) => giveBack !== null);
  expect(taken).toHaveLength(20);
  expect(slots.take('merchant m2')).not.toBeNull();
  taken[0]!();
  taken[0]!();
  expect(slots.take('merchant m1')).not.toBeNull();
  expect(slots.take('merchant m1')).toBeNull();
});

test('a body that cannot be read counts, too', async () => {
  const limits = readConfig({ RATE_LIMITS: 'anonymous=10/s:20' });
  const app = await start({ limits });
  const url = '/v1/sales/friday/quotes';
  const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { statusCode } = await app.inject({ method: 'POST', url, headers, payload: '{}' });
    statuses.push(statusCode);
  }
  expect(statuses).toEqual([415, 415, 429]);
});
