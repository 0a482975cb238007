import { isRole } from '../../domain/people/actor.ts';
import type { Role } from '../../domain/people/actor.ts';
import { ID, SHOPPER_ID } from '../../domain/ids.ts';
import type { ShopperId, StoreId } from '../../domain/ids.ts';
import type { TokenRules } from '../deps.ts';
import type { Bucket } from '../limits/token-buckets.ts';

/** The caller, as the token names them; the platform that signed the token vouches for it. */
export interface Claims {
  readonly sub: ShopperId;
  readonly role: Role;
  /** The merchant's store; null for other roles. */
  readonly store: StoreId | null;
  /** The shopper's member tier. */
  readonly member: string | null;
  /** When the token expires or is too old: ms since the epoch. */
  readonly untilMs: number;
  /** The shopper's bucket of the rate limit at the last request; the limit may have a newer one. */
  bucket: Bucket | undefined;
}

export interface Verified {
  readonly claims: Claims;
  /**
   * The token is valid from the first time until before the second: seconds since the epoch. V8
   * keeps small whole numbers in the object itself, and each order reads these.
   */
  readonly fromS: number;
  readonly untilS: number;
}

/** What a signed token must say to be valid. */
export type ClaimRules = Omit<TokenRules, 'secrets' | 'keysUrl'>;

type Json = Readonly<Record<string, unknown>>;

export const MS_PER_S = 1_000;
/** How far the clock of the signer may be ahead of ours. */
const AHEAD_S = 60;
/** The last second that a JavaScript date can have. */
const LAST_S = 8.64e12;
const TYPES = /^(application\/)?(at\+)?jwt$/i;

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= LAST_S;

/** We know no extension that `crit` could name. */
function isOurKind({ typ, crit }: Json): boolean {
  return crit === undefined && (typ === undefined || (typeof typ === 'string' && TYPES.test(typ)));
}

function isForUs({ aud, iss }: Json, { audience, issuer }: ClaimRules): boolean {
  const isAudience = audience === undefined || aud === audience;
  if (!isAudience && !(Array.isArray(aud) && aud.includes(audience))) return false;
  return issuer === undefined || iss === issuer;
}

/**
 * Reads a token whose signature was found to be sound.
 * @returns null when a claim is missing or malformed, or the token is not meant for us
 */
export function readClaims(header: Json, payload: Json, rules: ClaimRules): Verified | null {
  const { sub, role, store = null, member = null, exp, iat, nbf = 0 } = payload;
  if (!isOurKind(header) || !isForUs(payload, rules)) return null;
  if (typeof sub !== 'string' || !SHOPPER_ID.test(sub) || !isRole(role)) return null;
  if (!isTime(exp) || !isTime(iat) || !isTime(nbf)) return null;
  if (role === 'merchant' && !isId(store)) return null;
  if (member !== null && !isId(member)) return null;
  const { maxAgeSeconds, operatorMaxAgeSeconds } = rules;
  const ageS = role === 'operator' ? Math.min(operatorMaxAgeSeconds, maxAgeSeconds) : maxAgeSeconds;
  const own = role === 'merchant' ? store : null;
  const untilS = Math.min(exp, iat + ageS);
  const untilMs = untilS * MS_PER_S;
  const claims = { sub, role, store: own, member, untilMs, bucket: undefined } as Claims;
  return { claims, fromS: Math.max(nbf, iat - AHEAD_S), untilS };
}

/**
 * True when an object of JSON names a member twice. Parsers keep the last one, so a person who
 * smuggles text into a token before it is signed could overwrite a claim.
 * @param text JSON that a parser has accepted
 * @param names how many members the parser found
 */
export function hasRepeatedName(text: string, names: number): boolean {
  let [depth, members] = [0, 0];
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (isInString) {
      if (character === '\\') i += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === ':' && depth === 1) members += 1;
  }
  return members !== names;
}
