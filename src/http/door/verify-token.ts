import { createVerifier } from 'fast-jwt';
import type { Time } from '../../platform/time.ts';
import type { TokenRules } from '../deps.ts';
import { KeySet } from './key-set.ts';
import { hasRepeatedName, MS_PER_S, readClaims } from './read-claims.ts';
import type { ClaimRules, Claims, Verified } from './read-claims.ts';
import { RememberedTokens } from './remembered-tokens.ts';

export interface TokenOptions extends TokenRules {
  readonly time: Pick<Time, 'now' | 'monotonic' | 'every' | 'deadline'>;
  /** The keys could not be fetched. */
  readonly onKeysAway?: (error: Error) => void;
  /** The most that remembered tokens may take. */
  readonly bytesMax?: number;
}

type Json = Record<string, unknown>;
/** A token whose signature is sound. */
interface Signed {
  readonly header: Json;
  readonly payload: Json;
}

/** @throws when the signature is not sound */
type Read = (token: string) => Signed;

const HEADER_MAX = 4_096;
const BEARER_SPACE = 'Bearer '.length;
/**
 * Base64 leaves spare bits in the last character of most signatures. They must be 0: otherwise one
 * token could be remembered under several headers.
 */
const SIGNATURE = /(?:[\w-]{4})+(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?/;
/** One space, as RFC 6750 says. */
const BEARER = new RegExp(`^[Bb][Ee][Aa][Rr][Ee][Rr] [\\w-]+\\.[\\w-]+\\.${SIGNATURE.source}$`);

/**
 * Verifies bearer tokens. It remembers a verified token under one canonical header and compares the
 * token's times at every call.
 */
export class TokenCheck {
  readonly #rules: ClaimRules;
  readonly #readers: readonly Read[];
  readonly #keys: KeySet | null;
  readonly #remembered: RememberedTokens;
  readonly #time: TokenOptions['time'];

  constructor({ secrets, keysUrl, time, onKeysAway, bytesMax, ...rules }: TokenOptions) {
    this.#rules = rules;
    this.#time = time;
    this.#remembered = new RememberedTokens(bytesMax);
    this.#readers = secrets.map(readerOf);
    this.#keys = keysUrl === undefined ? null : this.#keysAt(keysUrl, onKeysAway);
  }

  /** From here on the keys are kept up to date. */
  start(): void {
    this.#keys?.start();
  }

  stop(): void {
    this.#keys?.stop();
  }

  /** @returns null unless the header has a token that is remembered and valid at this moment */
  known(authorization: string): Claims | null {
    const verified = this.#remembered.get(authorization);
    return verified ? this.#validNow(authorization, verified) : null;
  }

  /**
   * @returns null unless the header has a token that is valid at this moment, and is remembered or
   *   signed with a secret
   */
  claims(authorization: string): Claims | null {
    const verified = this.#remembered.get(authorization) ?? this.#read(authorization);
    return verified ? this.#validNow(authorization, verified) : null;
  }

  #validNow(authorization: string, { claims, fromS, untilS }: Verified): Claims | null {
    const nowS = this.#time.now() / MS_PER_S;
    if (nowS >= untilS) this.#remembered.forget(authorization);
    return nowS >= fromS && nowS < untilS ? claims : null;
  }

  /**
   * Asks the keys of the issuer about a token that `claims` did not accept.
   * @returns null at once when there is nobody to ask; `away` when the keys cannot be fetched
   */
  ask(authorization: string): Promise<Claims | null | 'away'> | null {
    const token = tokenIn(authorization);
    return this.#keys && token !== null ? this.#ask(this.#keys, token) : null;
  }

  #keysAt(url: string, onError: TokenOptions['onKeysAway'] = () => {}): KeySet {
    const onChanged = () => this.#remembered.forgetAll();
    return new KeySet({ url, time: this.#time, onChanged, onError });
  }

  #read(authorization: string): Verified | null {
    const token = tokenIn(authorization);
    if (token === null) return null;
    // The scheme may be in any case; a header in an unusual case is looked up twice.
    const known = this.#remembered.get(`Bearer ${token}`);
    if (known) return known;
    const signed = this.#signedWithSecret(token);
    return signed && this.#accept(token, signed);
  }

  async #ask(keys: KeySet, token: string): Promise<Claims | null | 'away'> {
    const signed = await keys.verify(token);
    if (signed === null || signed === 'away') return signed;
    // From here to `#accept` nothing waits: a key that is taken out can verify nothing any more.
    if (!signed.isCurrent()) return this.#ask(keys, token);
    const payload = parsed(Buffer.from(signed.payload).toString());
    const header = { ...signed.protectedHeader };
    const isAccepted = payload !== null && this.#accept(token, { header, payload }) !== null;
    return isAccepted ? this.claims(`Bearer ${token}`) : null;
  }

  #signedWithSecret(token: string): Signed | null {
    for (const read of this.#readers) {
      try {
        return read(token);
      } catch {
        // Another secret may have signed it.
      }
    }
    return null;
  }

  /** Reads and remembers a token whose signature is sound. */
  #accept(token: string, { header, payload }: Signed): Verified | null {
    const [headerText = '', payloadText = ''] = token.split('.', 2).map(decoded);
    if (hasRepeatedName(headerText, Object.keys(header).length)) return null;
    if (hasRepeatedName(payloadText, Object.keys(payload).length)) return null;
    const verified = readClaims(header, payload, this.#rules);
    if (verified) this.#remembered.add(`Bearer ${token}`, verified);
    return verified;
  }
}

/** @returns null when the header is too long, or not a token with one spelling */
function tokenIn(authorization: string): string | null {
  const isToken = authorization.length <= HEADER_MAX && BEARER.test(authorization);
  return isToken ? authorization.slice(BEARER_SPACE) : null;
}

const decoded = (part: string): string => Buffer.from(part, 'base64url').toString();

/** Times are compared by `claims`, so that a remembered token expires by the same clock. */
function readerOf(secret: string): Read {
  return createVerifier({
    key: secret,
    algorithms: ['HS256'],
    cache: false,
    complete: true,
    ignoreExpiration: true,
    ignoreNotBefore: true,
  });
}

/** @returns null unless the text is an object */
function parsed(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
