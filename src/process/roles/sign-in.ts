import type { Log } from '../../platform/log.ts';
import type { SignIn } from '../../http/deps.ts';
import { longestTtlS, signToken } from '../cli/people/sign-token.ts';
import type { Environment } from '../own-or-external-servers.ts';

/** A working day. */
const TTL_S = 8 * 3600;

/**
 * How people sign in to the pages. On our own servers they may say who they are: these servers are
 * for development, and a ledger of someone else is never among them.
 */
export function signInOf({
  config,
  jwtSecrets,
}: Pick<Environment, 'config' | 'jwtSecrets'>): SignIn {
  const { databaseUrl, signInUrl: url, jwtAudience: audience, jwtIssuer: issuer } = config;
  const [newest] = jwtSecrets;
  if (databaseUrl !== undefined || newest === undefined) return { url, issue: null };
  return {
    url,
    issue: ({ sub, role, store, member }) => {
      const ttlSeconds = Math.min(TTL_S, longestTtlS(role, config));
      const claims = {
        ...(store === undefined ? {} : { store }),
        ...(member === undefined ? {} : { member }),
      };
      return signToken(newest, { sub, role, ...claims }, { ttlSeconds, audience, issuer });
    },
  };
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Warns when others than the developer could sign in as anyone. */
export function tellOpenSignIn(
  { issue }: SignIn,
  { config: { host } }: Pick<Environment, 'config'>,
  log: Pick<Log, 'warn'>,
): void {
  if (issue === null || LOOPBACK.test(host)) return;
  log.warn(
    { host },
    'anyone who reaches this service may sign in as anyone: it is for development',
  );
}
