import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';
import { endAfterParsing } from '../../src/process/exit-codes.ts';
import { KILLS, KILL_KINDS } from './kill-kinds.ts';
import type { Kill } from './kill-kinds.ts';

export interface DemoOptions {
  /** A sale file. */
  readonly sale: string;
  /** Replaces the number of cells in the file. */
  readonly cells?: number;
  readonly kill?: Kill;
  readonly json?: string;
  /** Uses the servers of the environment instead of its own. */
  readonly external: boolean;
  /** Goes on selling afterwards, until a signal comes. */
  readonly stay: boolean;
  readonly shoppers: number;
  /** Shoppers of the second part. */
  readonly carts: number;
  readonly connections: number;
  readonly seed: number;
}

/** How long a sale may take to settle, deliver and give back what is under way. */
export const QUIET_WITHIN_MS = 30_000;

const EXAMPLE = join(import.meta.dirname, '../../examples/nine-nine-drop.json');
const DESCRIPTION =
  'Sell out a sale to a rush of shoppers over HTTP, on its own servers, and check from the notes ' +
  'of the clients and the ledger that each unit was sold once. Then sell carts with stacked ' +
  'discounts, and check that every cent adds up. Then let orders be paid at a sandbox, expire, ' +
  'be cancelled and refunded, sell again what comes back, and check every order, and the money ' +
  'against the books of the sandbox. Exit 0 only if all of this holds.';
const EXTERNAL =
  'use REDIS_URL, DATABASE_URL and JWT_SECRET of the environment, with no service on them';
const STAY =
  'afterwards leave the system up with a gentle rush without end, and print the addresses of the ' +
  'pages with ready sign-ins; Ctrl-C ends it';
const CELLS_MAX = 256;
const SHOPPERS_MAX = 1_000_000;
const CARTS_MAX = 2_000;
const CONNECTIONS_MAX = 1_024;
const SEED_MAX = 2 ** 31;
const USUAL_SEED = 1_111;
const SEED =
  'fixes the order of the shoppers and their requests, and what a kill leaves to chance; ' +
  `default: ${USUAL_SEED}, and with --kill a random one`;
const KIND_WIDTH = 16;
const KINDS = ['', 'Kinds of --kill:', ...KILLS.map(kindLine)].join('\n');

function kindLine(kill: Kill): string {
  return `  ${kill.padEnd(KIND_WIDTH)}${KILL_KINDS[kill].does}`;
}

/** Reads the command line; exits after a request for help and after a wrong option. */
export function readOptions(words: readonly string[]): DemoOptions {
  const program = new Command('demo')
    .description(DESCRIPTION)
    .option('--sale <file>', 'the sale to sell out', EXAMPLE)
    .option(
      '--cells <n>',
      'number of cells of the sale; default: as in its file',
      wholeUpTo(CELLS_MAX),
    )
    .addOption(new Option('--kill <kind>', 'what goes wrong during the sale').choices(KILLS))
    .option('--json <file>', 'write the figures to this file')
    .option('--external', EXTERNAL, false)
    .option('--stay', STAY, false)
    .option('--shoppers <n>', 'shoppers of the first part', wholeUpTo(SHOPPERS_MAX), 20_000)
    .option('--carts <n>', 'shoppers of the second part, who fill carts', wholeUpTo(CARTS_MAX), 400)
    .option(
      '--connections <n>',
      'connections of the first two parts',
      wholeUpTo(CONNECTIONS_MAX),
      128,
    )
    .option('--seed <n>', SEED, wholeUpTo(SEED_MAX))
    .addHelpText('after', KINDS)
    .showHelpAfterError('(--help shows how)')
    .exitOverride(endAfterParsing)
    .parse(words);
  const { seed, ...options } = program.opts<Omit<DemoOptions, 'seed'> & { seed?: number }>();
  const { external, kill } = options;
  if (external && kill && KILL_KINDS[kill].needsOwnRedis) {
    program.error(`error: --kill ${kill} would strike a Redis that the demo did not start.`);
  }
  return { ...options, seed: seed ?? (kill ? randomInt(1, SEED_MAX) : USUAL_SEED) };
}
