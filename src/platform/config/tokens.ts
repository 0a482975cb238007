import { optional, secret } from './parsers.ts';
import type { Variable } from './variable.ts';

/** Which tokens are valid. */
export const tokens = {
  jwtSecret: {
    name: 'JWT_SECRET',
    fallback: '',
    description:
      'Verifies bearer tokens (HS256); 32 characters or more; required with DATABASE_URL',
    parse: optional(secret),
  },
  jwtAudience: {
    name: 'JWT_AUDIENCE',
    fallback: '',
    description: 'The `aud` that tokens must have; unset: any',
    parse: optional(String),
  },
  jwtIssuer: {
    name: 'JWT_ISSUER',
    fallback: '',
    description: 'The `iss` that tokens must have; unset: any',
    parse: optional(String),
  },
} as const satisfies Record<string, Variable<unknown>>;
