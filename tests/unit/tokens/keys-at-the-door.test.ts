import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../../src/platform/log.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { rateLimits } from '../../../src/platform/config/limit-parsers.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { DAY_S } from '../../../proof/builders/secrets.ts';
import { until } from '../../world/servers/wait-until.ts';
import { Issuer, jwkOf, newKeys, signedBy } from '../../world/servers/issuer.ts';
import { start } from '../http/start-app.ts';

const keys = newKeys('ES256', 'curve');
const MINUTE_MS = 60_000;
/** Longer than the pause between two attempts to fetch unknown keys. */
const LATER_MS = 20_000;

let issuer: Issuer;
beforeAll(async () => (issuer = await Issuer.start([keys])));
beforeEach(() => (issuer.asked = 0));
afterAll(() => issuer.stop());

/** An api that verifies by the keys of the issuer, and asked for them once. */
async function door() {
  const clock = { ms: 0 };
  const lines: { readonly msg: string }[] = [];
  const seen = { failures: 0, lines };
  const app = await start({
    log: createLog('warn', { write: (line: string) => void lines.push(JSON.parse(line)) }),
    time: { ...systemTime, monotonic: () => clock.ms },
    limits: { ...readConfig({}), rateLimits: rateLimits('off')('bad_token=1/s:3') },
    tokens: {
      secrets: [],
      keysUrl: issuer.url,
      maxAgeSeconds: DAY_S,
      operatorMaxAgeSeconds: DAY_S,
    },
    onKeysAway: () => seen.failures++,
  });
  const ask = async (authorization: string) => {
    const headers = { authorization };
    return (await app.inject({ url: '/v1/sales/friday/wallet', headers })).statusCode;
  };
  await until(() => issuer.asked === 1, { describe: 'the keys are asked for' });
  return { ask, clock, seen };
}

const nowS = () => Math.floor(Date.now() / 1_000);
const claims = () => ({ sub: 'u1', role: 'shopper', iat: nowS(), exp: nowS() + 600 });
const unknown = () => signedBy({ ...keys, kid: 'unknown' }, claims());

test('an address that sends too many bad tokens makes us fetch no keys', async () => {
  const { ask, clock } = await door();
  const good = signedBy(keys, claims());
  expect(await ask(good)).toBe(200);
  clock.ms += LATER_MS;
  const floods = [];
  for (let i = 0; i < 4; i++) floods.push(await ask('Bearer bogus'));
  expect(floods).toEqual([401, 401, 401, 429]);
  expect(await ask(unknown())).toBe(429);
  expect(issuer.asked).toBe(1);
  expect(await ask(good)).toBe(200);
  clock.ms += LATER_MS;
  expect(await ask(unknown())).toBe(401);
  expect(issuer.asked).toBe(2);
});

test('a token counts as bad until the keys of its issuer say that it is good', async () => {
  const { ask, clock } = await door();
  for (let i = 0; i < 6; i++) {
    expect(await ask(signedBy(keys, { ...claims(), sub: `u${i}` }))).toBe(200);
  }
  const asked: ServerResponse[] = [];
  issuer.answer((reply) => void asked.push(reply));
  clock.ms += LATER_MS;
  const answered: number[] = [];
  const flood = Array.from({ length: 10 }, async () => answered.push(await ask(unknown())));
  await until(() => answered.length === 7, { describe: 'all but three are refused' });
  await until(() => asked.length === 1, { describe: 'the issuer is asked' });
  issuer.publish([jwkOf(keys)]);
  asked[0]!.end(JSON.stringify({ keys: [jwkOf(keys)] }));
  await Promise.all(flood);
  expect(answered).toEqual([...Array(7).fill(429), 401, 401, 401]);
});

test('keys that cannot be fetched are counted each time, and logged once a minute', async () => {
  issuer.answer((reply) => reply.writeHead(500).end());
  const { ask, clock, seen } = await door();
  await until(() => seen.failures === 1, { describe: 'the first attempt has failed' });
  for (let i = 0; i < 3; i++) {
    clock.ms += LATER_MS;
    expect(await ask(unknown())).toBe(503);
  }
  expect(seen.failures).toBe(4);
  expect(seen.lines).toMatchObject([
    { msg: 'the keys of JWT_JWKS_URL cannot be fetched', leftOut: 0 },
    { msg: 'the keys of JWT_JWKS_URL cannot be fetched', leftOut: 2 },
  ]);
  expect(3 * LATER_MS).toBe(MINUTE_MS);
});
