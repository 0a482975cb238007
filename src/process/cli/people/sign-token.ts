import { createSigner } from 'fast-jwt';
import type { Role } from '../../../domain/people/actor.ts';
import type { Config } from '../../../platform/config/read-config.ts';

export interface TokenClaims {
  readonly sub: string;
  readonly role: Role;
  /** For merchants. */
  readonly store?: string;
  /** A shopper's tier. */
  readonly member?: string;
}

export interface TokenTerms {
  readonly ttlSeconds: number;
  readonly audience?: string | undefined;
  readonly issuer?: string | undefined;
}

/** The most seconds that a token of this role is valid. */
export const longestTtlS = (
  role: string,
  { jwtMaxAgeSeconds, jwtOperatorMaxAgeSeconds }: Config,
): number =>
  role === 'operator' ? Math.min(jwtMaxAgeSeconds, jwtOperatorMaxAgeSeconds) : jwtMaxAgeSeconds;

/** Signs a token as a sign-in service would, for development, demo, bench and tests. */
export function signToken(
  secret: string,
  claims: TokenClaims,
  { ttlSeconds, audience, issuer }: TokenTerms,
): string {
  const sign = createSigner({
    key: secret,
    algorithm: 'HS256',
    expiresIn: ttlSeconds * 1000,
    ...(audience === undefined ? {} : { aud: audience }),
    ...(issuer === undefined ? {} : { iss: issuer }),
  });
  return sign({ ...claims });
}
