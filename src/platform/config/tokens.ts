import { keysUrl, optional, secrets, signInUrl, strongSecret, wholeNumber } from './parsers.ts';
import type { Variable } from './variable.ts';

const ageLeastS = 60;
const ageMostS = 30 * 24 * 3600;

/** Which tokens are valid, and what names their people in logs. */
export const tokens = {
  jwtSecrets: {
    name: 'JWT_SECRET',
    fallback: '',
    description:
      'Verifies tokens (HS256); up to 4 strong secrets, newest first, separated by commas',
    parse: secrets,
  },
  jwtKeysUrl: {
    name: 'JWT_JWKS_URL',
    fallback: '',
    description: 'Verifies tokens by the public keys found there: EdDSA, ES256 or RS256',
    parse: optional(keysUrl),
  },
  jwtAudience: {
    name: 'JWT_AUDIENCE',
    fallback: '',
    description:
      'The `aud` that tokens must have; required with DATABASE_URL and with JWT_JWKS_URL',
    parse: optional(String),
  },
  jwtIssuer: {
    name: 'JWT_ISSUER',
    fallback: '',
    description:
      'The `iss` that tokens must have; required with DATABASE_URL and with JWT_JWKS_URL',
    parse: optional(String),
  },
  jwtMaxAgeSeconds: {
    name: 'JWT_MAX_AGE_SECONDS',
    fallback: '86400',
    description: 'How long after its `iat` a token is valid at most',
    parse: wholeNumber(ageLeastS, ageMostS),
  },
  jwtOperatorMaxAgeSeconds: {
    name: 'JWT_OPERATOR_MAX_AGE_SECONDS',
    fallback: '28800',
    description: 'The same for operators; the shorter of the two counts',
    parse: wholeNumber(ageLeastS, ageMostS),
  },
  pseudonymSecret: {
    name: 'PSEUDONYM_SECRET',
    fallback: '',
    description: 'Names people in logs; unset: the last JWT_SECRET; required without that one',
    parse: optional(strongSecret),
  },
  signInUrl: {
    name: 'SIGN_IN_URL',
    fallback: '',
    description: 'Where your platform signs people in; unset: the pages ask for a token',
    parse: optional(signInUrl),
  },
} as const satisfies Record<string, Variable<unknown>>;
