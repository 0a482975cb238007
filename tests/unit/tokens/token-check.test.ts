import { describe, expect, test } from 'vitest';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { signToken } from '../../../src/process/cli/people/sign-token.ts';
import { DAY_S, HOUR_S, NOW_MS, NOW_S, checkAt, header, part, sound } from './check-at.ts';

/** Room for two tokens, and not for three. */
const TWO_TOKENS = 1_300;

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
    ['no expiry', { ...sound, exp: undefined }],
    ['no time of issue', { ...sound, iat: undefined }],
    ['a time of issue in words', { ...sound, iat: 'today' }],
    ['an expiry beyond all dates', { ...sound, exp: 1e300 }],
    ['a time before 1970', { ...sound, nbf: -1 }],
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
    expect(check.claims(header(sound, JWT_SECRET, { alg: 'HS512' }))).toBeNull();
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

  test('is valid for as long after its `iat` as its role may have, remembered or not', () => {
    const { check, clock } = checkAt();
    const exp = NOW_S + 30 * DAY_S;
    const shopper = header({ ...sound, exp });
    const operator = header({ ...sound, role: 'operator', exp });
    expect(check.claims(operator)).toMatchObject({ untilMs: NOW_MS + HOUR_S * 1000 });
    clock.ms += HOUR_S * 1000 - 1;
    expect(check.claims(operator)).not.toBeNull();
    clock.ms += 1;
    expect(check.claims(operator)).toBeNull();
    expect(
      checkAt({ time: { ...systemTime, now: () => clock.ms } }).check.claims(operator),
    ).toBeNull();
    expect(check.claims(shopper)).not.toBeNull();
    clock.ms = NOW_MS + DAY_S * 1000;
    expect(check.claims(shopper)).toBeNull();
  });

  test('may come from a clock that is a minute ahead, and no more', () => {
    const { check, clock } = checkAt();
    const token = header({ ...sound, iat: NOW_S + 61 });
    expect(check.claims(token)).toBeNull();
    clock.ms += 1000;
    expect(check.claims(token)).not.toBeNull();
  });

  test('is remembered once verified, until newer tokens displace it', () => {
    const { check } = checkAt({ bytesMax: TWO_TOKENS });
    const tokens = ['a', 'b', 'c'].map((sub) => header({ ...sound, sub }));
    const [a, b, c] = tokens.map((token) => check.claims(token));
    expect(check.claims(tokens[1]!)).toBe(b);
    expect(check.claims(tokens[2]!)).toBe(c);
    expect(check.claims(tokens[0]!)).toEqual(a);
    expect(check.claims(tokens[0]!)).not.toBe(a);
  });
});

test('a token may name any of its two types, in any case, or none', () => {
  const { check } = checkAt();
  for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+JWT', undefined]) {
    expect(check.claims(header(sound, JWT_SECRET, { typ })), typ).not.toBeNull();
  }
  for (const typ of ['dpop+jwt', 'logout+jwt', 'JOSE', '', null, ['JWT']]) {
    expect(check.claims(header(sound, JWT_SECRET, { typ })), String(typ)).toBeNull();
  }
});

test('a token may name several audiences, of which ours is one', () => {
  const { check } = checkAt({ audience: 'shop' });
  expect(check.claims(header({ ...sound, aud: ['blog', 'shop'] }))).not.toBeNull();
  expect(check.claims(header({ ...sound, aud: ['blog'] }))).toBeNull();
  expect(check.claims(header({ ...sound, aud: { shop: 'shop' } }))).toBeNull();
});

test('a token may be signed with any secret of the list, so that secrets can rotate', () => {
  const newer = 'vT3mQ8zR1xK6cP9bW2nL7dF4hJ5sG0yA';
  const [before, during, after] = [[JWT_SECRET], [newer, JWT_SECRET], [newer]].map(
    (secrets) => checkAt({ secrets }).check,
  );
  const [old, fresh] = [header(sound), header(sound, newer)];
  expect([before, during, after].map((check) => check!.claims(old) !== null)).toEqual([
    true,
    true,
    false,
  ]);
  expect([before, during, after].map((check) => check!.claims(fresh) !== null)).toEqual([
    false,
    true,
    true,
  ]);
});

test('long tokens are remembered in as many bytes as short ones', () => {
  const { check } = checkAt({ bytesMax: 10_000 });
  const spray = (length: number) => {
    const tokens = Array.from({ length: 40 }, (_, i) =>
      header({ ...sound, sub: `u${i}`, pad: 'x'.repeat(length) }),
    );
    const claims = tokens.map((token) => check.claims(token));
    // Looking at the newest first displaces none of those that are remembered.
    const isKept = (i: number) => check.claims(tokens[i]!) === claims[i];
    let kept = 0;
    while (kept < tokens.length && isKept(tokens.length - 1 - kept)) kept += 1;
    return kept;
  };
  expect(spray(0)).toBeGreaterThan(15);
  expect(spray(2_900)).toBe(2);
});

describe('a header', () => {
  const spelled = (scheme: string, token: string) => `${scheme}${token.slice('Bearer '.length)}`;

  test('is remembered once, in whatever case its scheme is written', () => {
    const { check } = checkAt({ bytesMax: TWO_TOKENS });
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
