import { text } from 'node:stream/consumers';
import { Option } from 'commander';
import type { Command } from 'commander';
import { ID, SHOPPER_ID } from '../../../domain/ids.ts';
import { ROLES, isRole } from '../../../domain/people/actor.ts';
import type { Role } from '../../../domain/people/actor.ts';
import { ConfigError } from '../../../platform/config/read-config.ts';
import { longestTtlS, signToken } from './sign-token.ts';
import { commandEnvironment } from '../../own-or-external-servers.ts';
import { outputOf } from '../output.ts';
import { misuse } from '../session.ts';

interface TokenFlags {
  readonly role: string;
  readonly sub: string;
  readonly store?: string;
  readonly member?: string;
  readonly ttl?: string;
}

const TTL_S = 3600;
const STANDARD_INPUT = '-';

/** The ids of the owners: the one that is named, or one a line of standard input. */
const subsOf = async (sub: string): Promise<readonly string[]> =>
  sub === STANDARD_INPUT ? (await text(process.stdin)).replace(/\n$/, '').split('\n') : [sub];

function faults(
  { role, store, member, ttl = '1' }: TokenFlags,
  subs: readonly string[],
): readonly string[] {
  const found: string[] = [];
  if (!isRole(role)) found.push(`--role must be one of ${ROLES.join(', ')}`);
  if (!subs.every((sub) => SHOPPER_ID.test(sub))) {
    found.push('--sub must be 1 to 128 printable ASCII characters');
  }
  if (role === 'merchant' && store === undefined) found.push('--store is needed for a merchant');
  if (store !== undefined && !ID.test(store)) found.push('--store must be an id');
  if (member !== undefined && !ID.test(member)) found.push('--member must be an id');
  if (!/^[1-9]\d{0,6}$/.test(ttl)) found.push('--ttl must be a whole number of seconds, 1 or more');
  return found;
}

async function printTokens(flags: TokenFlags, command: Command): Promise<void> {
  const subs = await subsOf(flags.sub);
  const found = faults(flags, subs);
  if (found.length > 0) return misuse(command, found);
  const { config, jwtSecrets } = commandEnvironment();
  const [newest] = jwtSecrets;
  if (newest === undefined) {
    throw new ConfigError(['JWT_SECRET must be set: only its issuer signs for JWT_JWKS_URL']);
  }
  const { role, store, member } = flags;
  const longestS = longestTtlS(role, config);
  const ttlSeconds = Number(flags.ttl ?? Math.min(TTL_S, longestS));
  if (ttlSeconds > longestS) {
    return misuse(command, [`--ttl must be ${longestS} or less for this role`]);
  }
  const claims = {
    role: role as Role,
    ...(store === undefined ? {} : { store }),
    ...(member === undefined ? {} : { member }),
  };
  const { jwtAudience: audience, jwtIssuer: issuer } = config;
  const out = outputOf(command);
  for (const sub of subs) {
    const token = signToken(newest, { sub, ...claims }, { ttlSeconds, audience, issuer });
    out.say(token, { sub, token });
  }
}

export function addTokenCommand(program: Command): void {
  // All faults of a command line are named at once, so the parser lets any role pass.
  const role = new Option('--role <role>', 'who the token is for')
    .choices(ROLES)
    .argParser((word) => word)
    .makeOptionMandatory();
  program
    .command('token')
    .description('Print development tokens, and nothing else')
    .addOption(role)
    .requiredOption(
      '--sub <id>',
      'the id of the owner; -: read ids from standard input, one a line',
    )
    .option('--store <store>', 'the store of a merchant')
    .option('--member <tier>', 'the tier of a shopper')
    .option('--ttl <seconds>', `how long it is valid, in seconds (default: ${TTL_S})`)
    .action(printTokens);
}
