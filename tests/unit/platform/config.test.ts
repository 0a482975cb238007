import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ConfigError, readConfig, variables } from '../../../src/platform/config/read-config.ts';

const secret = 'k7Wq2-ZtB9xLr4Vd8Nm1Hs6Yp3Ej5Gu0Ac';
const other = 'vT3mQ8zR1xK6cP9bW2nL7dF4hJ5sG0yA';
const eventSecret = `whsec_${Buffer.alloc(24, 'old').toString('base64')}`;
const external = {
  REDIS_URL: 'redis://localhost',
  DATABASE_URL: 'postgres://localhost/sales',
  JWT_SECRET: secret,
  JWT_AUDIENCE: 'shop',
  JWT_ISSUER: 'https://id.example',
};
const newEventSecret = `whsec_${Buffer.alloc(64, 'new').toString('base64')}`;

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const USUAL_LIMITS = {
  anonymous: { perSecond: 100, burst: 500 },
  bad_token: { perSecond: 10, burst: 50 },
  shopper: { perSecond: 40, burst: 200 },
  merchant: { perSecond: 200, burst: 2_000 },
  store: { perSecond: 200, burst: 2_000 },
  operator: { perSecond: 1_000, burst: 5_000 },
};

test('an empty environment is a complete configuration that starts its own servers', () => {
  expect(readConfig({})).toEqual({
    redisUrl: undefined,
    databaseUrl: undefined,
    databasePools: {
      ...{ general: 6, changes: 2, moves: 2, settlement: 8 },
      ...{ payments: 4, events: 2, reads: 6, reports: 2 },
    },
    jwtSecrets: [],
    jwtKeysUrl: undefined,
    jwtAudience: undefined,
    jwtIssuer: undefined,
    jwtMaxAgeSeconds: 86_400,
    jwtOperatorMaxAgeSeconds: 28_800,
    ...{ pseudonymSecret: undefined, signInUrl: undefined },
    host: '127.0.0.1',
    port: 8080,
    logLevel: 'info',
    accessLog: false,
    backlogLimit: 200_000,
    requestTimeoutMs: 10_000,
    drainDelayMs: 0,
    ...{ corsOrigins: [], imageHosts: [] },
    requireIfMatch: false,
    allowUnsafeRedis: false,
    rateLimits: USUAL_LIMITS,
    trustProxy: undefined,
    shedDelaysMs: [250, 750, 2_000],
    shedBacklogs: [500, 2_000, 20_000],
    maxConnections: 20_000,
    paymentProvider: 'sandbox',
    sandboxUrl: undefined,
    paymentEventSecrets: [],
    stripeSecretKey: undefined,
    stripeWebhookSecrets: [],
    paymentReturnOrigins: [],
    webhookAllowPrivate: false,
    testInfra: 'auto',
  });
});

test('an empty variable counts as unset, and an unknown one is ignored', () => {
  expect(readConfig({ PORT: '', JWT_SECRET: '', SHELL: '/bin/sh' })).toEqual(readConfig({}));
});

test('a configuration is frozen once it is read', () => {
  const config = readConfig({ CORS_ORIGINS: 'https://shop.example' });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.isFrozen(config.corsOrigins)).toBe(true);
});

test('values are read into their types', () => {
  const config = readConfig({
    REDIS_URL: 'rediss://:se,cret@one:6379/0',
    DATABASE_URL: 'postgresql://someone:pass,word@localhost/sales',
    JWT_SECRET: `${secret}, ${other}`,
    JWT_AUDIENCE: 'shop',
    JWT_ISSUER: 'https://id.example',
    ACCESS_LOG: 'true',
    PORT: '0',
    CORS_ORIGINS: 'https://shop.example, http://localhost:3000',
    IMAGE_HOSTS: 'pictures.example,cdn.example:8443',
    ALLOW_UNSAFE_REDIS: 'true',
  });
  expect(config).toMatchObject({
    redisUrl: 'rediss://:se,cret@one:6379/0',
    databaseUrl: 'postgresql://someone:pass,word@localhost/sales',
    jwtSecrets: [secret, other],
    accessLog: true,
    port: 0,
    corsOrigins: ['https://shop.example', 'http://localhost:3000'],
    imageHosts: ['pictures.example', 'cdn.example:8443'],
    allowUnsafeRedis: true,
  });
});

test.each([
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'redis::secret@one'],
  ['REDIS_URL', 'redis://one:6379,two:6379'],
  ['REDIS_URL', 'redis://one,two'],
  ['REDIS_URL', 'redis://one:6379,redis://two:6379'],
  ['REDIS_URL', 'redis://one:6379/zero'],
  ['JWT_SECRET', 'short'],
  ['JWT_SECRET', `${secret},short`],
  ['JWT_SECRET', Array(5).fill(secret).join()],
  ['JWT_JWKS_URL', 'http://id.example/keys'],
  ['JWT_JWKS_URL', 'https://user:pass@id.example/keys'],
  ['JWT_JWKS_URL', 'id.example/keys'],
  ['JWT_MAX_AGE_SECONDS', '59'],
  ['JWT_OPERATOR_MAX_AGE_SECONDS', '1d'],
  ['PSEUDONYM_SECRET', 'short'],
  ['SIGN_IN_URL', 'http://id.example/sign-in'],
  ['SIGN_IN_URL', 'https://id.example/sign-in#here'],
  ['ACCESS_LOG', 'on'],
  ['PORT', '65536'],
  ['PORT', '80.5'],
  ['PORT', '1e3'],
  ['LOG_LEVEL', 'loud'],
  ['BACKLOG_LIMIT', '0'],
  ['BACKLOG_LIMIT', '10000001'],
  ['REQUEST_TIMEOUT_MS', '-1'],
  ['DRAIN_DELAY_MS', '3001'],
  ['CORS_ORIGINS', 'https://shop.example/path'],
  ['IMAGE_HOSTS', 'https://pictures.example'],
  ['IMAGE_HOSTS', 'pictures.example/mugs'],
  ['IMAGE_HOSTS', '*'],
  ['ALLOW_UNSAFE_REDIS', 'yes'],
  ['RATE_LIMITS', 'shopper'],
  ['RATE_LIMITS', 'shopper=40'],
  ['RATE_LIMITS', 'shopper=0/s:10'],
  ['RATE_LIMITS', 'shopper=40/s:39'],
  ['RATE_LIMITS', 'shopper=40/s:2000000'],
  ['RATE_LIMITS', 'guest=40/s:200'],
  ['RATE_LIMITS', 'store=1/s:1,store=2/s:2'],
  ['TRUST_PROXY', '0'],
  ['TRUST_PROXY', '10'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '10.0.0.1,proxy.example'],
  ['SHED_DELAYS_MS', '250,750'],
  ['SHED_DELAYS_MS', '750,250,2000'],
  ['SHED_BACKLOGS', '0,1,2'],
  ['MAX_CONNECTIONS', '9'],
  ['WEBHOOK_ALLOW_PRIVATE', 'yes'],
  ['PAYMENT_PROVIDER', 'paypal'],
  ['SANDBOX_URL', 'localhost:8090'],
  ['SANDBOX_URL', 'http://localhost:8090/?key=1'],
  ['PAYMENT_EVENT_SECRETS', 'a-secret-of-thirty-two-characters'],
  ['PAYMENT_EVENT_SECRETS', 'whsec_c2hvcnQ='],
  ['PAYMENT_EVENT_SECRETS', `${eventSecret},whsec_`],
  ['STRIPE_SECRET_KEY', 'pk_test_1'],
  ['STRIPE_WEBHOOK_SECRETS', 'secret'],
  ['TEST_INFRA', 'cloud'],
])('%s may not be %s', (name, value) => {
  const others = /^(REDIS|JWT_JWKS)_URL$/.test(name) ? external : {};
  const faults = faultsOf({ PAYMENT_EVENT_SECRETS: eventSecret, ...others, [name]: value });
  expect(faults).toEqual([expect.stringMatching(`^${name} must `)]);
});

test('an external database requires the Redis of its cells, and rules for tokens', () => {
  expect(faultsOf({ DATABASE_URL: 'postgres://localhost/sales' })).toEqual([
    'REDIS_URL must be set when DATABASE_URL is',
    'JWT_AUDIENCE must be set when DATABASE_URL is',
    'JWT_ISSUER must be set when DATABASE_URL is',
    'JWT_SECRET or JWT_JWKS_URL must be set when DATABASE_URL is',
  ]);
});

test('keys of an issuer stand in for a secret, except in naming people', () => {
  const { JWT_SECRET: _, ...others } = external;
  const keys = { JWT_JWKS_URL: 'https://id.example/keys?tenant=1' };
  expect(faultsOf({ ...others, ...keys })).toEqual([
    'PSEUDONYM_SECRET must be set when JWT_SECRET is not',
  ]);
  expect(faultsOf({ ...others, ...keys, PSEUDONYM_SECRET: secret })).toEqual([]);
  expect(faultsOf(keys)).toEqual([
    'JWT_AUDIENCE must be set when JWT_JWKS_URL is',
    'JWT_ISSUER must be set when JWT_JWKS_URL is',
  ]);
});

test.each([
  ['one character again and again', 'x'.repeat(40)],
  ['a short part again and again', 'k7Wq2-Zt'.repeat(5)],
  ['well-known words', 'your-very-secret-key-please-change-me'],
  ['the example of a tutorial', 'a-string-secret-at-least-256-bits-long'],
  ['a row of neighbours', 'abcdefghijklmnopqrstuvwxyz0123456789'],
  ['a row of the keyboard', 'qwertyuiopqwertyuiopasdfghjkl1234567890'],
  ['two characters', '0110100110010110100101100110100110010110'],
])('a secret of %s is weak', (_what, weak) => {
  expect(faultsOf({ JWT_SECRET: weak })).toEqual([expect.stringMatching('^JWT_SECRET must not ')]);
});

test('a random secret is never called weak, in base64 or in hexadecimal digits', () => {
  for (let i = 0; i < 2_000; i++) {
    const secrets = [randomBytes(32).toString('base64'), randomBytes(32).toString('hex')];
    expect(faultsOf({ JWT_SECRET: secrets.join() })).toEqual([]);
  }
});

test('an external Redis requires the database of its cells', () => {
  expect(faultsOf({ REDIS_URL: 'redis://localhost' })).toEqual([
    'DATABASE_URL must be set when REDIS_URL is',
  ]);
});

test('a limit of an unknown name is refused by that name, with a limit as it should be', () => {
  const [fault, ...others] = faultsOf({ RATE_LIMITS: 'shopper=40/s:200,foo=1' });
  expect(fault).toMatch(/^RATE_LIMITS must .*shopper=40\/s:200.* "foo" is not one of anonymous, /);
  expect(others).toEqual([]);
});

test('limits keep their defaults unless the text names them, and may be off', () => {
  const { rateLimits } = readConfig({ RATE_LIMITS: 'shopper=2/s:3, operator=off' });
  const { shopper, operator, ...others } = rateLimits;
  expect([shopper, operator]).toEqual([{ perSecond: 2, burst: 3 }, null]);
  expect(readConfig({}).rateLimits).toMatchObject(others);
  const off = readConfig({ RATE_LIMITS: 'off', SHED_DELAYS_MS: 'off', SHED_BACKLOGS: 'off' });
  expect(new Set(Object.values(off.rateLimits))).toEqual(new Set([null]));
  expect([off.shedDelaysMs, off.shedBacklogs]).toEqual([null, null]);
});

test.each([
  ['2', 2],
  ['10.0.0.0/8, fd00::/8,192.0.2.1', ['10.0.0.0/8', 'fd00::/8', '192.0.2.1']],
])('a proxy is trusted by number or by network: %s', (text, trust) => {
  expect(readConfig({ TRUST_PROXY: text }).trustProxy).toEqual(trust);
});

test('event secrets are a list, newest first, and a URL loses its last slash', () => {
  const config = readConfig({
    SANDBOX_URL: 'http://localhost:8090/',
    PAYMENT_EVENT_SECRETS: `${newEventSecret}, ${eventSecret}`,
  });
  expect(config.sandboxUrl).toBe('http://localhost:8090');
  expect(config.paymentEventSecrets).toEqual([newEventSecret, eventSecret]);
});

test.each([
  [{ SANDBOX_URL: 'http://localhost:8090' }, ['PAYMENT_EVENT_SECRETS']],
  [{ PAYMENT_PROVIDER: 'sandbox', ...external }, ['SANDBOX_URL']],
  [{ PAYMENT_PROVIDER: 'stripe' }, ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRETS']],
  [{ PAYMENT_PROVIDER: 'none', ...external }, []],
  [external, []],
])('payments with %j also require %j', (env, missing) => {
  const faults = faultsOf(env as unknown as Record<string, string>);
  expect(faults).toEqual(missing.map((name) => expect.stringMatching(`^${name} must be set when`)));
});

test('all faults are reported at once, and none shows a value', () => {
  const wrong = { REDIS_URL: 'http://:hunter2@one', JWT_SECRET: 'hunter2', PORT: 'hunter2' };
  const faults = faultsOf({ ...external, ...wrong });
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['REDIS_URL', 'JWT_SECRET', 'PORT']);
  expect(faults.join()).not.toContain('hunter2');
});

const rows = Object.values(variables).map(({ name, fallback, description }) => ({
  name,
  fallback,
  description,
}));

test('docs/configuration.md lists exactly the variables', () => {
  const text = readFileSync('docs/configuration.md', 'utf8');
  const cells = [...text.matchAll(/^\| `(\w+)`\s*\|(.*?)\|(.*)\|$/gm)];
  const documented = cells.map(([, name, fallback = '', description = '']) => ({
    name,
    fallback: fallback.trim().replaceAll('`', ''),
    description: description.trim(),
  }));
  expect(documented).toEqual(rows);
});

test('.env.example lists exactly the variables', () => {
  const text = readFileSync('.env.example', 'utf8');
  const lines = [...text.matchAll(/^# (.*)\n#(\w+)=(.*)$/gm)];
  const listed = lines.map(([, description, name, fallback]) => ({ name, fallback, description }));
  expect(listed).toEqual(rows);
});
