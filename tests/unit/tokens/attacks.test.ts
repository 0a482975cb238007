import { createHmac } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { createApp } from '../../../src/http/app.ts';
import type { App } from '../../../src/http/deps.ts';
import { readConfig } from '../../../src/platform/config/read-config.ts';
import { httpDeps } from '../http/http-deps.ts';
import { DAY_S, HOUR_S, header, part, signTexts } from './check-at.ts';
import { Issuer, jwkOf, newKeys, signedBy } from '../../world/servers/issuer.ts';
import { TURNS_NOBODY_AWAY } from '../../../proof/fleet/turns-nobody-away.ts';

const [edwards, curve, rsa] = [
  newKeys('EdDSA', 'edwards'),
  newKeys('ES256', 'curve'),
  newKeys('RS256', 'rsa'),
] as const;
/** Published without an algorithm. */
const open = newKeys('RS256', 'open');
const thief = newKeys('ES256', 'curve');
const nowS = Math.floor(Date.now() / 1000);
const sound = {
  ...{ sub: 'u1', role: 'shopper', aud: 'shop', iss: 'https://id.example' },
  ...{ iat: nowS, exp: nowS + HOUR_S },
};

let issuer: Issuer;
/** Serves the thief's keys, where only a header of the thief points to. */
let lair: Issuer;
let app: App;
beforeAll(async () => {
  issuer = await Issuer.start([]);
  issuer.publish([...[edwards, curve, rsa].map(jwkOf), { ...jwkOf(open), alg: undefined }]);
  lair = await Issuer.start([thief]);
  app = await createApp(
    httpDeps({
      // There are more attacks than an address may send.
      limits: readConfig(TURNS_NOBODY_AWAY),
      tokens: {
        secrets: [JWT_SECRET],
        keysUrl: issuer.url,
        audience: 'shop',
        issuer: 'https://id.example',
        maxAgeSeconds: DAY_S,
        operatorMaxAgeSeconds: HOUR_S,
      },
    }),
  );
});
afterAll(async () => {
  await app.close();
  await Promise.all([issuer.stop(), lair.stop()]);
});

const ask = (authorization: string): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'GET', url: '/v1/sales/friday/wallet', headers: { authorization } });

test('sound tokens of a secret and of each key are let in', async () => {
  const tokens = [
    header(sound),
    ...[edwards, curve, rsa, open].map((keys) => signedBy(keys, sound)),
  ];
  for (const token of tokens) expect((await ask(token)).statusCode).toBe(200);
});

/** Signed as HS256 with a text that anyone can read. */
function confused(secret: string | Buffer, kid: string): string {
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part(sound)}`;
  return `Bearer ${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' });
const modulus = String(rsa.publicKey.export({ format: 'jwk' }).n);
const unsigned = (alg: string) => `Bearer ${part({ alg, kid: 'rsa' })}.${part(sound)}.`;
const relabelled = (alg: string) =>
  signedBy(curve, sound).replace(/ .*?\./, ` ${part({ alg, kid: 'curve' })}.`);
const texts = (head: string, payload: string) => `Bearer ${signTexts(head, payload, JWT_SECRET)}`;
const HEAD = '{"alg":"HS256","typ":"JWT"}';
const body = JSON.stringify(sound);
const withMore = (more: string) => `${body.slice(0, -1)},${more}}`;
const byKey = (claims: object) => signedBy(curve, { ...sound, ...claims });

/** The last character of a signature of 64 bytes has four spare bits. */
function withSpareBits(token: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${token.slice(0, -1)}${letters[letters.indexOf(token.at(-1)!) + 1]}`;
}

const attacks: readonly (readonly [string, () => string])[] = [
  ['alg none without a signature', () => unsigned('none')],
  ['alg None without a signature', () => unsigned('None')],
  ['alg none with a signature', () => relabelled('none')],
  ['alg HS256 signed with the PEM of a public key', () => confused(pem, 'rsa')],
  ['alg HS256 signed with a public key as JSON', () => confused(JSON.stringify(jwkOf(rsa)), 'rsa')],
  ['alg HS256 signed with the modulus', () => confused(modulus, 'rsa')],
  ['alg HS256 signed with nothing', () => confused('', 'rsa')],
  ['alg HS256 with the kid of a secret that is a path', () => confused('', '/dev/null')],
  ['another algorithm of the same key', () => relabelled('RS256')],
  ['an algorithm that is not allowed', () => signedBy(open, sound, { alg: 'PS256' })],
  ['the kid of another key', () => signedBy({ ...curve, kid: 'edwards' }, sound)],
  ['an unknown kid', () => signedBy({ ...curve, kid: 'nobody' }, sound)],
  ['a kid that is a path', () => signedBy({ ...thief, kid: '../../../../dev/null' }, sound)],
  ['a kid that is SQL', () => signedBy({ ...thief, kid: "x' union select 'key" }, sound)],
  ['a kid that is a shared property', () => signedBy({ ...thief, kid: '__proto__' }, sound)],
  ['a kid that is a number', () => signedBy(thief, sound, { kid: 0 })],
  ['a stolen kid', () => signedBy(thief, sound)],
  ['an embedded key', () => signedBy({ ...thief, kid: 'mine' }, sound, { jwk: jwkOf(thief) })],
  ['an embedded key with a stolen kid', () => signedBy(thief, sound, { jwk: jwkOf(thief) })],
  ['a jku', () => signedBy(thief, sound, { jku: lair.url })],
  ['an x5u', () => signedBy(thief, sound, { x5u: lair.url })],
  ['an unknown crit, signed with a secret', () => header(sound, JWT_SECRET, { crit: ['x'], x: 1 })],
  ['an unknown crit, signed with a key', () => signedBy(curve, sound, { crit: ['x'], x: 1 })],
  ['an empty crit', () => header(sound, JWT_SECRET, { crit: [] })],
  ['a crit of null', () => header(sound, JWT_SECRET, { crit: null })],
  ['a payload that is not encoded', () => signedBy(curve, sound, { b64: false, crit: ['b64'] })],
  ['an encrypted type', () => header(sound, JWT_SECRET, { typ: 'JWE' })],
  ['an expiry in the past', () => byKey({ exp: nowS - 1 })],
  ['no expiry', () => byKey({ exp: undefined })],
  ['an expiry as text', () => byKey({ exp: String(nowS + HOUR_S) })],
  ['an nbf in the future', () => byKey({ nbf: nowS + HOUR_S })],
  ['no iat', () => byKey({ iat: undefined })],
  ['an iat in the future', () => byKey({ iat: nowS + HOUR_S })],
  ['an age above the maximum', () => byKey({ iat: nowS - DAY_S - 1 })],
  ['an age above that of operators', () => byKey({ role: 'operator', iat: nowS - HOUR_S - 1 })],
  ['another audience', () => byKey({ aud: 'blog' })],
  ['no audience', () => byKey({ aud: undefined })],
  ['another issuer', () => byKey({ iss: 'https://id.example.evil' })],
  ['an issuer as a list', () => byKey({ iss: ['https://id.example'] })],
  ['a claim that is there twice', () => texts(HEAD, withMore('"role":"operator"'))],
  [
    'a claim that is there twice, once escaped',
    () => texts(HEAD, withMore('"r\\u006fle":"operator"')),
  ],
  ['a header field that is there twice', () => texts(`${HEAD.slice(0, -1)},"alg":"HS256"}`, body)],
  ['a payload that is a list', () => texts(HEAD, '[]')],
  ['a payload that is no JSON', () => texts(HEAD, 'sub=u1')],
  ['a header that is no JSON', () => texts('alg=HS256', body)],
  ['a size of more than 4,096 characters', () => header({ ...sound, pad: 'x'.repeat(4_000) })],
  ['a fourth part', () => `${header(sound)}.${part({})}`],
  ['spare bits in its signature', () => withSpareBits(signedBy(curve, sound))],
  ['padding', () => `${header(sound)}=`],
  ['two schemes', () => header(sound).replace('Bearer ', 'Bearer Bearer ')],
  ['two tokens', () => `${header(sound)}, ${header(sound)}`],
];

test.each(attacks)('a token with %s is refused', async (_what, forge) => {
  const reply = await ask(forge());
  expect(reply.statusCode).toBe(401);
  expect(reply.json()).toMatchObject({ code: 'unauthenticated' });
  expect(reply.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
});

test('no header of a token makes us ask anyone but the issuer, nor ask it often', async () => {
  await Promise.all(attacks.map(([, forge]) => ask(forge())));
  expect(lair.asked).toBe(0);
  expect(issuer.asked).toBeLessThanOrEqual(2);
});
