import { randomBytes } from 'node:crypto';
import { signToken } from '../../src/process/cli/sign-token.ts';
import type { TokenClaims } from '../../src/process/cli/sign-token.ts';

/** Signs the tokens of callers. */
export const JWT_SECRET = 'a-secret-of-thirty-two-characters';
export const HOUR_S = 3600;

/** The `authorization` header of a caller whose token is good for an hour. */
export const bearer = (claims: TokenClaims): string =>
  `Bearer ${signToken(JWT_SECRET, claims, { ttlSeconds: HOUR_S })}`;

/** A secret that signs webhooks, in the form of Standard Webhooks. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
