import { createVerifier } from 'fast-jwt';
import { isRole } from '../../domain/people/actor.ts';
import type { Role } from '../../domain/people/actor.ts';
import { ID, SHOPPER_ID } from '../../domain/ids.ts';
import type { ShopperId, StoreId } from '../../domain/ids.ts';
import type { Time } from '../../platform/time.ts';

/** The caller, as the token names them; the platform that signed the token vouches for it. */
export interface Claims {
  readonly sub: ShopperId;
  readonly role: Role;
  /** The merchant's store; null for other roles. */
  readonly store: StoreId | null;
  /** The shopper's member tier. */
  readonly member: string | null;
  /** When the token expires: ms since the epoch. */
  readonly untilMs: number;
}

export interface TokenOptions {
  readonly secret: string;
  readonly audience?: string | undefined;
  readonly issuer?: string | undefined;
  readonly time: Pick<Time, 'now'>;
  /** The most verified tokens to remember; the oldest goes first. */
  readonly cacheMax?: number;
}

interface Verified {
  readonly claims: Claims;
  readonly fromMs: number;
}

const CACHE_MAX = 50_000;
const HEADER_MAX = 4_096;
/**
 * One space, as RFC 6750 says. The signature is 43 characters of base64url. The two spare bits of
 * the last one must be 0: otherwise one token could be remembered under several headers.
 */
const BEARER = /^[Bb][Ee][Aa][Rr][Ee][Rr] ([\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048])$/;

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

/** @returns null when a claim is missing or malformed */
function readPayload(payload: Record<string, unknown>): Verified | null {
  const { sub, role, store = null, member = null, exp, nbf = 0 } = payload;
  if (typeof sub !== 'string' || !SHOPPER_ID.test(sub) || !isRole(role)) return null;
  if (typeof exp !== 'number' || typeof nbf !== 'number') return null;
  if (role === 'merchant' && !isId(store)) return null;
  if (member !== null && !isId(member)) return null;
  const own = role === 'merchant' ? store : null;
  const claims = { sub, role, store: own, member, untilMs: exp * 1000 } as Claims;
  return { claims, fromMs: nbf * 1000 };
}

/**
 * Verifies bearer tokens, only with HS256. It remembers a verified token under one canonical header
 * and compares the token's times at every call, without tolerance.
 */
export class TokenCheck {
  readonly #verify: (token: string) => Record<string, unknown>;
  readonly #verified = new Map<string, Verified>();
  readonly #time: TokenOptions['time'];
  readonly #cacheMax: number;

  constructor({ secret, audience, issuer, time, cacheMax = CACHE_MAX }: TokenOptions) {
    this.#time = time;
    this.#cacheMax = cacheMax;
    this.#verify = createVerifier({
      key: secret,
      algorithms: ['HS256'],
      cache: false,
      // `claims` compares both, so that a remembered token expires by the same rule and clock.
      ignoreExpiration: true,
      ignoreNotBefore: true,
      // The library compares an allowed value only if the token has the claim, so require it.
      requiredClaims: [
        'exp',
        ...(audience === undefined ? [] : ['aud']),
        ...(issuer === undefined ? [] : ['iss']),
      ],
      ...(audience === undefined ? {} : { allowedAud: [audience] }),
      ...(issuer === undefined ? {} : { allowedIss: [issuer] }),
    });
  }

  /** @returns null unless the header has a token that is valid at this moment */
  claims(authorization: string): Claims | null {
    const verified = this.#verified.get(authorization) ?? this.#read(authorization);
    if (!verified) return null;
    const now = this.#time.now();
    const { claims, fromMs } = verified;
    if (now >= claims.untilMs) this.#verified.delete(authorization);
    return now >= fromMs && now < claims.untilMs ? claims : null;
  }

  #read(authorization: string): Verified | null {
    if (authorization.length > HEADER_MAX) return null;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return null;
    // The scheme may be in any case; a header in an unusual case is looked up twice.
    const canonical = `Bearer ${token}`;
    const known = this.#verified.get(canonical);
    if (known) return known;
    const verified = this.#readToken(token);
    if (verified) this.#remember(canonical, verified);
    return verified;
  }

  #readToken(token: string): Verified | null {
    try {
      return readPayload(this.#verify(token));
    } catch {
      return null;
    }
  }

  #remember(authorization: string, verified: Verified): void {
    if (this.#verified.size >= this.#cacheMax) {
      this.#verified.delete(this.#verified.keys().next().value!);
    }
    this.#verified.set(authorization, verified);
  }
}
