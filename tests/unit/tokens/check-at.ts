import { createHmac } from 'node:crypto';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { TokenCheck } from '../../../src/http/door/verify-token.ts';
import type { TokenOptions } from '../../../src/http/door/verify-token.ts';
import { systemTime } from '../../../src/platform/time.ts';

export const NOW_MS = Date.UTC(2026, 0, 1);
export const NOW_S = NOW_MS / 1000;
export const HOUR_S = 3600;
export const DAY_S = 24 * HOUR_S;

/** The claims of a sound token. */
export const sound = { sub: 'u1', role: 'shopper', iat: NOW_S, exp: NOW_S + HOUR_S };

/** A token check whose clocks the test sets. */
export function checkAt(options: Partial<TokenOptions> = {}) {
  const clock = { ms: NOW_MS };
  const check = new TokenCheck({
    secrets: [JWT_SECRET],
    maxAgeSeconds: DAY_S,
    operatorMaxAgeSeconds: HOUR_S,
    time: { ...systemTime, now: () => clock.ms, monotonic: () => clock.ms },
    ...options,
  });
  return { check, clock };
}

export const part = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const DIGESTS = { HS256: 'sha256', HS512: 'sha512' } as const;

/** Signs two texts, of JSON or not, as header and payload. */
export function signTexts(header: string, payload: string, secret: string, alg = 'HS256'): string {
  const signed = [header, payload].map((text) => Buffer.from(text).toString('base64url')).join('.');
  const digest = DIGESTS[alg as keyof typeof DIGESTS];
  return `${signed}.${createHmac(digest, secret).update(signed).digest('base64url')}`;
}

/** The `authorization` header of a signed token with these claims, valid or not. */
export function header(
  claims: object,
  secret = JWT_SECRET,
  more: { readonly alg?: 'HS256' | 'HS512' } & Readonly<Record<string, unknown>> = {},
): string {
  const head = { alg: 'HS256', typ: 'JWT', ...more };
  return `Bearer ${signTexts(JSON.stringify(head), JSON.stringify(claims), secret, head.alg)}`;
}
