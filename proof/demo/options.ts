import { join } from 'node:path';
import { Command, Option } from 'commander';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';

const VICTIMS = ['worker', 'api', 'redis'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface DemoOptions {
  /** A sale file. */
  readonly sale: string;
  /** Replaces the number of cells in the file. */
  readonly cells?: number;
  readonly kill?: Victim;
  readonly json?: string;
  /** Uses the servers of the environment instead of its own. */
  readonly external: boolean;
  readonly shoppers: number;
  /** Shoppers of the second part. */
  readonly carts: number;
  readonly connections: number;
  readonly seed: number;
}

const EXAMPLE = join(import.meta.dirname, '../../examples/nine-nine-drop.json');
const DESCRIPTION =
  'Sell out a sale to a rush of shoppers over HTTP, on its own servers, and check from the notes ' +
  'of the clients and the ledger that each unit was sold once. Then sell carts with stacked ' +
  'discounts, and check that every cent adds up. Then let orders be paid at a sandbox, expire, ' +
  'be cancelled and refunded, sell again what comes back, and check every order, and the money ' +
  'against the books of the sandbox. Exit 0 only if all of this holds.';
const EXTERNAL =
  'use REDIS_URL, DATABASE_URL and JWT_SECRET of the environment, with no service on them';
const CELLS_MAX = 256;
const SHOPPERS_MAX = 1_000_000;
const CARTS_MAX = 2_000;
const CONNECTIONS_MAX = 1_024;
const SEED_MAX = 2 ** 31;

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
    .addOption(
      new Option(
        '--kill <process>',
        'kill it with -9 during the sale, and start it again a second later',
      ).choices(VICTIMS),
    )
    .option('--json <file>', 'write the figures to this file')
    .option('--external', EXTERNAL, false)
    .option('--shoppers <n>', 'shoppers of the first part', wholeUpTo(SHOPPERS_MAX), 20_000)
    .option('--carts <n>', 'shoppers of the second part, who fill carts', wholeUpTo(CARTS_MAX), 400)
    .option(
      '--connections <n>',
      'connections of the first two parts',
      wholeUpTo(CONNECTIONS_MAX),
      128,
    )
    .option(
      '--seed <n>',
      'fixes the order of the shoppers and their requests',
      wholeUpTo(SEED_MAX),
      1_111,
    )
    .showHelpAfterError('(--help shows how)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(words);
  const options = program.opts<DemoOptions>();
  if (options.external && options.kill === 'redis') {
    program.error('error: --kill redis would kill a Redis that the demo did not start.');
  }
  return options;
}
