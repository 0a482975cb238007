import { randomBytes } from 'node:crypto';
import { signToken } from '../../src/process/cli/people/sign-token.ts';
import type { TokenClaims } from '../../src/process/cli/people/sign-token.ts';

/** Signs the tokens of callers. */
export const JWT_SECRET = 'k7Wq2-ZtB9xLr4Vd8Nm1Hs6Yp3Ej5Gu0Ac';
export const HOUR_S = 3600;
/** A proof may run for a day with one token of an operator. */
export const DAY_S = 24 * HOUR_S;
const AUDIENCE = 'doorbuster-proof';
const ISSUER = 'https://sign-in.proof.example';

/** What a process of ours must know of the tokens that we sign, beside the secret. */
export const TOKEN_SETTINGS = {
  JWT_AUDIENCE: AUDIENCE,
  JWT_ISSUER: ISSUER,
  JWT_MAX_AGE_SECONDS: String(DAY_S),
  JWT_OPERATOR_MAX_AGE_SECONDS: String(DAY_S),
};

/** Signs a token for a process that runs with `TOKEN_SETTINGS`. */
export const signFor = (secret: string, claims: TokenClaims, ttlSeconds = HOUR_S): string =>
  signToken(secret, claims, { ttlSeconds, audience: AUDIENCE, issuer: ISSUER });

/** The `authorization` header of a caller whose token is good for an hour. */
export const bearer = (claims: TokenClaims): string => `Bearer ${signFor(JWT_SECRET, claims)}`;

/** A secret that signs webhooks, in the form of Standard Webhooks. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
