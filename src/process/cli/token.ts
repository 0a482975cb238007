import type { Command } from 'commander';
import { ID, SHOPPER_ID } from '../../domain/ids.ts';
import { ROLES, isRole } from '../../domain/people/actor.ts';
import type { Role } from '../../domain/people/actor.ts';
import { signToken } from './sign-token.ts';
import { commandEnvironment } from '../own-or-external-servers.ts';
import { fail, say } from './session.ts';

interface TokenFlags {
  readonly role: string;
  readonly sub: string;
  readonly store?: string;
  readonly member?: string;
  readonly ttl: string;
}

const MAX_TTL_S = 30 * 24 * 3600;

function faults({ role, sub, store, member, ttl }: TokenFlags): string[] {
  const found: string[] = [];
  if (!isRole(role)) found.push(`--role must be one of ${ROLES.join(', ')}`);
  if (!SHOPPER_ID.test(sub)) found.push('--sub must be 1 to 128 printable ASCII characters');
  if (role === 'merchant' && store === undefined) found.push('--store is needed for a merchant');
  if (store !== undefined && !ID.test(store)) found.push('--store must be an id');
  if (member !== undefined && !ID.test(member)) found.push('--member must be an id');
  const isTtl = /^\d{1,7}$/.test(ttl) && Number(ttl) >= 1 && Number(ttl) <= MAX_TTL_S;
  if (!isTtl) found.push(`--ttl must be 1 to ${MAX_TTL_S} seconds`);
  return found;
}

function printToken(flags: TokenFlags): void {
  const found = faults(flags);
  if (found.length > 0) return fail(found);
  const { config, jwtSecret } = commandEnvironment();
  const { sub, store, member } = flags;
  const claims = {
    sub,
    role: flags.role as Role,
    ...(store === undefined ? {} : { store }),
    ...(member === undefined ? {} : { member }),
  };
  const terms = {
    ttlSeconds: Number(flags.ttl),
    audience: config.jwtAudience,
    issuer: config.jwtIssuer,
  };
  say(signToken(jwtSecret, claims, terms));
}

export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('Print a development token, and nothing else')
    .requiredOption('--role <role>', 'shopper, merchant or operator')
    .requiredOption('--sub <id>', 'the id of its owner')
    .option('--store <store>', 'the store of a merchant')
    .option('--member <tier>', 'the tier of a shopper')
    .option('--ttl <seconds>', 'how long it is valid, in seconds', '3600')
    .action(printToken);
}
