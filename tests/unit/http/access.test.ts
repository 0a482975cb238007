import { createHmac } from 'node:crypto';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Answers } from '../../../src/http/answers.ts';
import { createApp } from '../../../src/http/app.ts';
import { catalogue } from '../../../src/http/catalogue/catalogue.ts';
import { guardRoutes } from '../../../src/http/door/route-policies.ts';
import { TokenCheck } from '../../../src/http/door/verify-token.ts';
import type { Role } from '../../../src/domain/people/actor.ts';
import type { TokenOptions } from '../../../src/http/door/verify-token.ts';
import { signToken } from '../../../src/process/cli/sign-token.ts';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { bearer, httpDeps } from './http-deps.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const HOUR_S = 3600;

/** A token check whose clock the test sets. */
function checkAt(options: Partial<TokenOptions> = {}) {
  const clock = { ms: NOW_MS };
  const check = new TokenCheck({ secret: JWT_SECRET, time: { now: () => clock.ms }, ...options });
  return { check, clock };
}

const sound = { sub: 'u1', role: 'shopper', exp: NOW_MS / 1000 + HOUR_S };

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A signed header with these claims, valid or not. */
function header(
  claims: object,
  secret = JWT_SECRET,
  algorithm: 'HS256' | 'HS512' = 'HS256',
): string {
  const signed = `${part({ alg: algorithm, typ: 'JWT' })}.${part(claims)}`;
  const digest = algorithm === 'HS256' ? 'sha256' : 'sha512';
  return `Bearer ${signed}.${createHmac(digest, secret).update(signed).digest('base64url')}`;
}

describe('a token', () => {
  test('gives its claims', () => {
    const { check } = checkAt();
    const untilMs = NOW_MS + HOUR_S * 1_000;
    const claims = { sub: 'u1', role: 'shopper', store: null, member: 'gold', untilMs };
    expect(check.claims(header({ ...sound, member: 'gold' }))).toEqual(claims);
    const merchant = { ...sound, role: 'merchant', store: 'store-1' };
    expect(check.claims(header(merchant))).toMatchObject({ role: 'merchant', store: 'store-1' });
  });

  test('may come from the signer for development', () => {
    const { check, clock } = checkAt({ audience: 'shop', issuer: 'us' });
    clock.ms = Date.now();
    const terms = { ttlSeconds: 60, audience: 'shop', issuer: 'us' };
    const token = signToken(JWT_SECRET, { sub: 'm', role: 'merchant', store: 's' }, terms);
    expect(check.claims(`bearer ${token}`)).toMatchObject({ sub: 'm', store: 's' });
  });

  test('expires on the millisecond, even when it is remembered', () => {
    const { check, clock } = checkAt();
    const token = header(sound);
    clock.ms = sound.exp * 1000 - 1;
    expect(check.claims(token)).not.toBeNull();
    clock.ms += 1;
    expect(check.claims(token)).toBeNull();
    expect(check.claims(token)).toBeNull();
  });

  test('becomes valid at its `nbf` time, not before', () => {
    const { check, clock } = checkAt();
    const token = header({ ...sound, nbf: NOW_MS / 1000 + 1 });
    expect(check.claims(token)).toBeNull();
    clock.ms += 1000;
    expect(check.claims(token)).not.toBeNull();
  });

  test.each([
    ['no expiry', { sub: 'u1', role: 'shopper' }],
    ['an expiry in words', { ...sound, exp: 'never' }],
    ['no subject', { ...sound, sub: undefined }],
    ['an empty subject', { ...sound, sub: '' }],
    ['a subject of 129 characters', { ...sound, sub: 'x'.repeat(129) }],
    ['a subject with a line break', { ...sound, sub: 'a\nb' }],
    ['no role', { ...sound, role: undefined }],
    ['an unknown role', { ...sound, role: 'admin' }],
    ['a merchant without a store', { ...sound, role: 'merchant' }],
    ['a merchant whose store is not an id', { ...sound, role: 'merchant', store: 'a:b' }],
  ])('with %s is refused', (_what, claims) => {
    expect(checkAt().check.claims(header(claims))).toBeNull();
  });

  test('signed with another secret or algorithm, or not at all, is refused', () => {
    const { check } = checkAt();
    expect(check.claims(header(sound, 'another-secret-of-32-characters!!'))).toBeNull();
    expect(check.claims(header(sound, JWT_SECRET, 'HS512'))).toBeNull();
    expect(check.claims(`Bearer ${part({ alg: 'none' })}.${part(sound)}.`)).toBeNull();
    for (const text of ['', 'Bearer', 'Bearer x', `Basic ${part(sound)}`]) {
      expect(check.claims(text), text).toBeNull();
    }
  });

  test('must name the audience and the issuer that are configured', () => {
    const { check } = checkAt({ audience: 'shop', issuer: 'us' });
    expect(check.claims(header({ ...sound, aud: 'shop', iss: 'us' }))).not.toBeNull();
    expect(check.claims(header({ ...sound, aud: 'other', iss: 'us' }))).toBeNull();
    expect(check.claims(header({ ...sound, aud: 'shop', iss: 'them' }))).toBeNull();
    expect(check.claims(header(sound))).toBeNull();
  });

  test('is remembered once verified, until newer tokens displace it', () => {
    const { check } = checkAt({ cacheMax: 2 });
    const tokens = ['a', 'b', 'c'].map((sub) => header({ ...sound, sub }));
    const [a, b, c] = tokens.map((token) => check.claims(token));
    expect(check.claims(tokens[1]!)).toBe(b);
    expect(check.claims(tokens[2]!)).toBe(c);
    expect(check.claims(tokens[0]!)).toEqual(a);
    expect(check.claims(tokens[0]!)).not.toBe(a);
  });
});

describe('a header', () => {
  const spelled = (scheme: string, token: string) => `${scheme}${token.slice('Bearer '.length)}`;

  test('is remembered once, in whatever case its scheme is written', () => {
    const { check } = checkAt({ cacheMax: 2 });
    const [mine, other] = ['mine', 'other'].map((sub) => header({ ...sound, sub }));
    const claims = check.claims(mine!);
    check.claims(other!);
    for (const scheme of ['bearer ', 'BEARER ', 'bEARER ', 'BeArEr ']) {
      expect(check.claims(spelled(scheme, mine!)), scheme).toBe(claims);
    }
    expect(check.claims(mine!)).toBe(claims);
  });

  test.each(['Bearer  ', 'Bearer\t', 'Bearer', ' Bearer '])('may not begin with %j', (scheme) => {
    expect(checkAt().check.claims(spelled(scheme, header(sound)))).toBeNull();
  });

  test('may not spell its signature differently or go on after it', () => {
    const { check } = checkAt();
    const token = header(sound);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const at = letters.indexOf(token.at(-1)!);
    for (const spare of [1, 2, 3]) {
      expect(check.claims(`${token.slice(0, -1)}${letters[at + spare]}`)).toBeNull();
    }
    for (const tail of ['=', ' ', 'A', '.', '\n']) {
      expect(check.claims(`${token}${tail}`), tail).toBeNull();
    }
    expect(check.claims(token)).not.toBeNull();
  });

  test('has at most 4096 characters', () => {
    const { check } = checkAt();
    const padded = (length: number) => header({ ...sound, pad: 'x'.repeat(length) });
    expect(padded(2_900).length).toBeLessThanOrEqual(4_096);
    expect(check.claims(padded(2_900))).not.toBeNull();
    expect(padded(3_000).length).toBeGreaterThan(4_096);
    expect(check.claims(padded(3_000))).toBeNull();
  });
});

interface Operation {
  readonly security: readonly { bearer: readonly Role[] }[];
}

/** Every route of the API reference with the roles it names. */
async function routesOf(app: Awaited<ReturnType<typeof createApp>>) {
  const { paths } = app.swagger() as unknown as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => ({
      method: method.toUpperCase() as 'GET',
      url: path.replace('{sale}', 'friday').replaceAll(/\{\w+\}/g, 'x'),
      roles: security[0]?.bearer ?? null,
    })),
  );
}

test('every route lets in the roles it names and nobody else', async () => {
  const app = await createApp(httpDeps());
  const routes = await routesOf(app);
  for (const { method, url, roles } of routes) {
    const anonymous = await app.inject({ method, url });
    expect(anonymous.statusCode === 401, `${method} ${url}`).toBe(roles !== null);
    for (const role of ['shopper', 'merchant', 'operator'] as const) {
      const { statusCode } = await app.inject({ method, url, headers: bearer(role) });
      const isForbidden = roles !== null && !roles.includes(role);
      expect(statusCode === 403, `${role} ${method} ${url}`).toBe(isForbidden);
      expect(statusCode, `${role} ${method} ${url}`).not.toBe(401);
    }
  }
});

test('a route fails at start when the catalogue lacks it, or when nothing checks tokens', () => {
  const app = fastify();
  guardRoutes(app as never, new Answers(httpDeps()));
  expect(() => app.get('/open', () => '')).toThrow('the catalogue of routes lacks: GET /open');
  expect(() => app.get('/v1/orders/:order', () => '')).toThrow('no token check for');
});

test('each row of the catalogue has its route, and names of operations are unique', async () => {
  const app = await createApp(httpDeps());
  const routes = await routesOf(app);
  expect(routes).toHaveLength(Object.keys(catalogue).length);
  const ids = Object.values(catalogue).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
