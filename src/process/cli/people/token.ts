import type { Command } from 'commander';
import { ID, SHOPPER_ID } from '../../../domain/ids.ts';
import { ROLES, isRole } from '../../../domain/people/actor.ts';
import type { Role } from '../../../domain/people/actor.ts';
import { ConfigError } from '../../../platform/config/read-config.ts';
import type { Config } from '../../../platform/config/read-config.ts';
import { signToken } from './sign-token.ts';
import { commandEnvironment } from '../../own-or-external-servers.ts';
import { fail, say } from '../session.ts';

interface TokenFlags {
  readonly role: string;
  readonly sub: string;
  readonly store?: string;
  readonly member?: string;
  readonly ttl?: string;
}

const TTL_S = 3600;

function faults({ role, sub, store, member, ttl = '1' }: TokenFlags): string[] {
  const found: string[] = [];
  if (!isRole(role)) found.push(`--role must be one of ${ROLES.join(', ')}`);
  if (!SHOPPER_ID.test(sub)) found.push('--sub must be 1 to 128 printable ASCII characters');
  if (role === 'merchant' && store === undefined) found.push('--store is needed for a merchant');
  if (store !== undefined && !ID.test(store)) found.push('--store must be an id');
  if (member !== undefined && !ID.test(member)) found.push('--member must be an id');
  if (!/^[1-9]\d{0,6}$/.test(ttl)) found.push('--ttl must be a whole number of seconds');
  return found;
}

/** The most seconds that a token of this role is valid. */
const longestOf = (role: string, { jwtMaxAgeSeconds, jwtOperatorMaxAgeSeconds }: Config): number =>
  role === 'operator' ? Math.min(jwtMaxAgeSeconds, jwtOperatorMaxAgeSeconds) : jwtMaxAgeSeconds;

function printToken(flags: TokenFlags): void {
  const found = faults(flags);
  if (found.length > 0) return fail(found);
  const { config, jwtSecrets } = commandEnvironment();
  const [newest] = jwtSecrets;
  if (newest === undefined) {
    throw new ConfigError(['JWT_SECRET must be set: only its issuer signs for JWT_JWKS_URL']);
  }
  const { sub, role, store, member } = flags;
  const longestS = longestOf(role, config);
  const ttlSeconds = Number(flags.ttl ?? Math.min(TTL_S, longestS));
  if (ttlSeconds > longestS) return fail([`--ttl must be ${longestS} or less for this role`]);
  const claims = {
    sub,
    role: role as Role,
    ...(store === undefined ? {} : { store }),
    ...(member === undefined ? {} : { member }),
  };
  const { jwtAudience: audience, jwtIssuer: issuer } = config;
  say(signToken(newest, claims, { ttlSeconds, audience, issuer }));
}

export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('Print a development token, and nothing else')
    .requiredOption('--role <role>', 'shopper, merchant or operator')
    .requiredOption('--sub <id>', 'the id of its owner')
    .option('--store <store>', 'the store of a merchant')
    .option('--member <tier>', 'the tier of a shopper')
    .option('--ttl <seconds>', `how long it is valid, in seconds (default: ${TTL_S})`)
    .action(printToken);
}
