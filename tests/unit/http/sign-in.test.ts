import { expect, test, vi } from 'vitest';
import type { SaidAtSignIn } from '../../../src/http/deps.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { signInOf } from '../../../src/process/roles/sign-in.ts';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { bearer } from './http-deps.ts';
import { start } from './start-app.ts';

const URL_OF_PLATFORM = 'https://id.shop.example/sign-in';
const issue = (said: SaidAtSignIn) => JSON.stringify(said);
const open = () => start({ signIn: { url: undefined, issue } });

/** An environment of a service on servers of its own operator. */
const external = {
  ...{ REDIS_URL: 'redis://h', DATABASE_URL: 'postgres://h/sales', JWT_SECRET },
  ...{ JWT_AUDIENCE: 'shop', JWT_ISSUER: 'https://id.shop.example' },
};

const signInWith = (env: Record<string, string>, jwtSecrets = [JWT_SECRET]) =>
  signInOf({ config: readConfig(env), jwtSecrets });

/** What a token says, unverified. */
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;

async function ask(app: Awaited<ReturnType<typeof open>>, payload: object) {
  const answer = await app.inject({ method: 'POST', url: '/sign-in/tokens', payload });
  return { status: answer.statusCode, body: answer.json() as object, headers: answer.headers };
}

test('the page of the sign-in learns how people sign in, and no cache keeps it', async () => {
  const closed = await start({ signIn: { url: URL_OF_PLATFORM, issue: null } });
  const told = await closed.inject('/sign-in/ways');
  expect(told.json()).toEqual({ url: URL_OF_PLATFORM, isOpen: false });
  expect(told.headers['cache-control']).toBe('private, no-cache');
  expect((await (await open()).inject('/sign-in/ways')).json()).toEqual({
    url: null,
    isOpen: true,
  });
});

test('where anyone may be anybody, a token says what the visitor said for the role', async () => {
  const app = await open();
  const all = { name: 'mia', store: 'kiln', member: 'gold' };
  const tokens: Record<string, object> = {};
  for (const role of ['shopper', 'merchant', 'operator']) {
    const { status, body } = await ask(app, { role, ...all });
    expect(status, role).toBe(201);
    tokens[role] = JSON.parse((body as { token: string }).token) as object;
  }
  expect(tokens).toEqual({
    shopper: { sub: 'mia', role: 'shopper', member: 'gold' },
    merchant: { sub: 'mia', role: 'merchant', store: 'kiln' },
    operator: { sub: 'mia', role: 'operator' },
  });
});

test.each([
  [{ role: 'merchant', name: 'mia' }, '/store'],
  [{ role: 'merchant', name: 'mia', store: 'no store' }, '/store'],
  [{ role: 'shopper', name: '' }, '/name'],
  [{ role: 'shopper', name: '米娅' }, '/name'],
  [{ role: 'shopper', name: 'mia', member: '' }, '/member'],
  [{ role: 'admin', name: 'mia' }, '/role'],
  [{ role: 'operator' }, '/name'],
  [{ role: 'operator', name: 'olaf', ttl: 1 }, '/ttl'],
])('what is wrong with %o is named', async (payload, pointer) => {
  const { status, body } = await ask(await open(), payload);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'invalid', errors: [{ pointer }] });
});

test('where only the platform signs tokens, the route does not exist', async () => {
  const app = await start({ signIn: { url: URL_OF_PLATFORM, issue: null } });
  const { status, body } = await ask(app, { role: 'operator', name: 'olaf' });
  expect(status).toBe(404);
  expect(body).toMatchObject({ code: 'not_found' });
});

test('nobody may be anybody on a database of someone else, or without a secret', () => {
  expect(signInWith({}).issue).not.toBeNull();
  expect(signInWith(external).issue).toBeNull();
  expect(signInWith({}, []).issue).toBeNull();
  const url = URL_OF_PLATFORM;
  expect(signInWith({ ...external, SIGN_IN_URL: url })).toEqual({ url, issue: null });
});

test('a secret that is set signs for nobody: other services may accept its tokens', () => {
  expect(signInWith({ JWT_SECRET }).issue).toBeNull();
  const keys = { JWT_JWKS_URL: 'https://id.shop.example/keys' };
  const claims = { JWT_AUDIENCE: 'shop', JWT_ISSUER: 'https://id.shop.example' };
  expect(signInWith({ ...keys, ...claims }).issue).toBeNull();
});

test.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.7', false],
])('a service that listens at %s lets anyone be anybody: %s', (HOST, isOpen) => {
  expect(signInWith({ HOST }).issue !== null).toBe(isOpen);
});

test.each([
  ['localhost:8080', true],
  ['127.0.0.1:8080', true],
  ['[::1]:8080', true],
  ['evil.example:8080', false],
  ['127.0.0.1.evil.example', false],
  ['::1', false],
])('visitors who name the service %o may be anybody: %s', async (host, isOpen) => {
  const app = await open();
  const headers = { host, 'x-forwarded-host': 'localhost' };
  const payload = { role: 'operator', name: 'olaf' };
  const url = '/sign-in/tokens';
  const { statusCode } = await app.inject({ method: 'POST', url, headers, payload });
  expect(statusCode).toBe(isOpen ? 201 : 404);
  const ways = await app.inject({ url: '/sign-in/ways', headers });
  expect(ways.json()).toEqual({ url: null, isOpen });
});

test('a token lasts a working day, and no longer than the service accepts it', () => {
  const ttl = (env: Record<string, string>, role: SaidAtSignIn['role']) => {
    const { iat, exp } = claimsOf(signInWith(env).issue!({ sub: 'olaf', role }));
    return Number(exp) - Number(iat);
  };
  expect(ttl({}, 'shopper')).toBe(8 * 3600);
  expect(ttl({ JWT_OPERATOR_MAX_AGE_SECONDS: '600' }, 'operator')).toBe(600);
  expect(ttl({ JWT_OPERATOR_MAX_AGE_SECONDS: '600' }, 'shopper')).toBe(8 * 3600);
  const env = { JWT_AUDIENCE: 'shop', JWT_ISSUER: 'https://id.shop.example' };
  const token = signInWith(env).issue!({ sub: 'mia', role: 'merchant', store: 'kiln' });
  expect(claimsOf(token)).toMatchObject({ aud: 'shop', iss: env.JWT_ISSUER, store: 'kiln' });
});

test('shoppers may return to the address of the service only in development', async () => {
  const payFrom = async (mayReturnHere: boolean, returnUrl: string) => {
    const startPayment = vi.fn(async () => ({ code: 'not_found' }) as const);
    const app = await start({ mayReturnHere, startPayment });
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/v1/orders/o1/payments',
      headers: { ...bearer('shopper'), host: '127.0.0.1:8080' },
      payload: { returnUrl },
    });
    return statusCode;
  };
  const own = 'http://127.0.0.1:8080/s/friday/orders/o1';
  expect(await payFrom(true, own)).toBe(404);
  expect(await payFrom(false, own)).toBe(400);
  expect(await payFrom(true, 'http://127.0.0.1:8081/')).toBe(400);
  expect(await payFrom(true, 'http://evil.example/')).toBe(400);
});
