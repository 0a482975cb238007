import type { SignIn } from '../../http/deps.ts';
import { isLoopback } from '../../platform/config/loopback.ts';
import { longestTtlS, signToken } from '../cli/people/sign-token.ts';
import { isOwnLedger } from '../own-or-external-servers.ts';
import type { Environment } from '../own-or-external-servers.ts';

/** A working day. */
const TTL_S = 8 * 3600;

/**
 * Whether visitors may say who they are. It is for development: only on our own servers, for this
 * machine alone, and only with the secret that we generated. A secret that is set may sign tokens
 * for other services, too.
 */
function isOpen(config: Environment['config']): boolean {
  const { jwtSecrets: set, jwtKeysUrl, host } = config;
  const isGenerated = set.length === 0 && jwtKeysUrl === undefined;
  return isOwnLedger(config) && isGenerated && isLoopback(host);
}

/** How people sign in to the pages. */
export function signInOf({
  config,
  jwtSecrets,
}: Pick<Environment, 'config' | 'jwtSecrets'>): SignIn {
  const { signInUrl: url, jwtAudience: audience, jwtIssuer: issuer } = config;
  const [generated] = jwtSecrets;
  if (!isOpen(config) || generated === undefined) return { url, issue: null };
  return {
    url,
    issue: ({ sub, role, store, member }) => {
      const ttlSeconds = Math.min(TTL_S, longestTtlS(role, config));
      const claims = {
        ...(store === undefined ? {} : { store }),
        ...(member === undefined ? {} : { member }),
      };
      return signToken(generated, { sub, role, ...claims }, { ttlSeconds, audience, issuer });
    },
  };
}
