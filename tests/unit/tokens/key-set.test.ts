import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { KeySet } from '../../../src/http/door/key-set.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { until } from '../../world/servers/wait-until.ts';
import { NOW_S, checkAt, header, sound } from './check-at.ts';
import { Issuer, jwkOf, newKeys, signedBy } from '../../world/servers/issuer.ts';
import type { Answer } from '../../world/servers/issuer.ts';

const [edwards, curve, rsa] = [
  newKeys('EdDSA', 'edwards'),
  newKeys('ES256', 'curve'),
  newKeys('RS256', 'rsa'),
] as const;
const all = [edwards, curve, rsa];
const MINUTE_MS = 60_000;

let issuer: Issuer;
beforeAll(async () => (issuer = await Issuer.start(all)));
afterEach(() => {
  issuer.publish(all.map(jwkOf));
  issuer.asked = 0;
});
afterAll(() => issuer.stop());

/** A check that asks the issuer, and the errors that it met. */
function checkOf(more: Parameters<typeof checkAt>[0] = {}) {
  const errors: string[] = [];
  const onKeysAway = (error: Error) => void errors.push(error.message);
  return { ...checkAt({ keysUrl: issuer.url, onKeysAway, ...more }), errors };
}

test.each(all)('a token signed with $alg is valid, and then remembered', async (keys) => {
  const { check } = checkOf();
  const token = signedBy(keys, { ...sound, member: 'gold' });
  expect(check.claims(token)).toBeNull();
  const claims = await check.ask(token);
  expect(claims).toMatchObject({ sub: 'u1', role: 'shopper', member: 'gold' });
  expect(check.claims(token)).toBe(claims);
  expect(check.claims(`bearer${token.slice('Bearer'.length)}`)).toBe(claims);
});

test('a token signed with a secret needs no key, and without a key set nobody is asked', () => {
  const { check } = checkOf();
  expect(check.claims(header(sound))).not.toBeNull();
  expect(checkAt().check.ask(signedBy(rsa, sound))).toBeNull();
  expect(issuer.asked).toBe(0);
});

test('a set without secrets accepts no token that is signed with one', async () => {
  const { check } = checkOf({ secrets: [] });
  expect(check.claims(header(sound))).toBeNull();
  expect(await check.ask(header(sound))).toBeNull();
});

test('a new key is fetched when a token names it, at most once in ten seconds', async () => {
  const { check, clock } = checkOf();
  const next = newKeys('ES256', 'next');
  expect(await check.ask(signedBy(curve, sound))).not.toBeNull();
  const strangers = Array.from({ length: 20 }, (_, i) =>
    signedBy({ ...next, kid: `stranger-${i}` }, sound),
  );
  expect(await Promise.all(strangers.map((token) => check.ask(token)))).toEqual(
    Array(20).fill(null),
  );
  expect(issuer.asked).toBe(1);
  issuer.publish([...all, next].map(jwkOf));
  expect(await check.ask(signedBy(next, sound))).toBeNull();
  clock.ms += 10_000;
  const asked = [...strangers, signedBy(next, sound)].map((token) => check.ask(token));
  expect((await Promise.all(asked)).at(-1)).not.toBeNull();
  expect(issuer.asked).toBe(2);
});

test('a key that the issuer takes out verifies nothing, not even old tokens', async () => {
  const rounds: (() => void)[] = [];
  const clock = { ms: NOW_S * 1000 };
  const { check } = checkOf({
    time: {
      ...systemTime,
      now: () => clock.ms,
      monotonic: () => clock.ms,
      every: (_ms, task) => {
        rounds.push(task);
        return () => {};
      },
    },
  });
  check.start();
  const [old, kept] = [signedBy(curve, sound), signedBy(rsa, sound)];
  expect(await check.ask(old)).not.toBeNull();
  expect(await check.ask(kept)).not.toBeNull();
  issuer.publish([rsa].map(jwkOf));
  clock.ms += 5 * MINUTE_MS;
  rounds[0]!();
  expect(await check.ask(signedBy({ ...curve, kid: 'unknown' }, sound))).toBeNull();
  expect(check.claims(old)).toBeNull();
  expect(await check.ask(old)).toBeNull();
  expect(await check.ask(kept)).not.toBeNull();
});

test('a signature that a key has verified is current until the keys change', async () => {
  let fetchAgain = () => {};
  let changes = 0;
  const keySet = new KeySet({
    url: issuer.url,
    time: { ...systemTime, every: (_ms, task) => ((fetchAgain = task), () => {}) },
    onChanged: () => changes++,
    onError: () => {},
  });
  keySet.start();
  const sure = await keySet.verify(signedBy(curve, sound).slice('Bearer '.length));
  const isCurrent = () => typeof sure === 'object' && sure?.isCurrent();
  expect(isCurrent()).toBe(true);
  issuer.publish([rsa].map(jwkOf));
  fetchAgain();
  await until(() => changes === 2, { describe: 'the keys have changed' });
  expect(isCurrent()).toBe(false);
});

test('while the issuer is away its last keys stay, and unknown ones are not denied', async () => {
  const { check, clock, errors } = checkOf();
  expect(await check.ask(signedBy(edwards, sound))).not.toBeNull();
  issuer.answer((reply) => reply.writeHead(500).end());
  clock.ms += MINUTE_MS;
  const stranger = signedBy(newKeys('EdDSA', 'stranger'), sound);
  expect(await check.ask(stranger)).toBe('away');
  expect(await check.ask(stranger)).toBe('away');
  expect(issuer.asked).toBe(2);
  expect(errors).toEqual(['the key set answers with status 500']);
  expect(await check.ask(signedBy(rsa, sound))).not.toBeNull();
});

test.each([
  ['no JSON', 'oops', /JSON/],
  ['no keys', '{}', /no `keys`/],
  ['too many keys', JSON.stringify({ keys: Array(51).fill(jwkOf(curve)) }), /more than 50 keys/],
  ['too many bytes', ' '.repeat(300_000), /more than 262144 bytes/],
])('a key set with %s is not used', async (_what, text, message) => {
  const { check, errors } = checkOf();
  issuer.answer((reply) => reply.end(text));
  expect(await check.ask(signedBy(curve, sound))).toBe('away');
  expect(errors).toEqual([expect.stringMatching(message)]);
});

test('an issuer that sends us elsewhere, or never answers, is away', async () => {
  const deadline = () => AbortSignal.timeout(50);
  const clock = { now: () => NOW_S * 1000, monotonic: () => 0 };
  const other = await Issuer.start(all);
  const elsewhere: Answer = (reply) => reply.writeHead(302, { location: other.url }).end();
  const never: Answer = () => {};
  for (const answer of [elsewhere, never]) {
    const { check } = checkOf({ time: { ...systemTime, ...clock, deadline } });
    issuer.answer(answer);
    expect(await check.ask(signedBy(curve, sound))).toBe('away');
  }
  expect(other.asked).toBe(0);
  await other.stop();
});

test('a token without a `kid` is valid when one key alone fits its algorithm', async () => {
  const { check, clock } = checkOf();
  const unnamed = signedBy(curve, sound, { kid: undefined });
  expect(await check.ask(unnamed)).not.toBeNull();
  issuer.publish([...all, newKeys('ES256', 'second')].map(jwkOf));
  clock.ms += 10_000;
  expect(await check.ask(signedBy({ ...rsa, kid: 'unknown' }, sound))).toBeNull();
  expect(await check.ask(unnamed)).toBeNull();
  expect(check.claims(header(sound, JWT_SECRET))).not.toBeNull();
});
