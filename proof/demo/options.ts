import { join } from 'node:path';
import { Command, Option } from 'commander';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';

const VICTIMS = ['worker', 'api', 'redis'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface DemoOptions {
  /** A sale file. */
  readonly sale: string;
  /** Over the file's own number of cells. */
  readonly cells?: number;
  readonly kill?: Victim;
  readonly json?: string;
  /** Against the servers of the environment, not servers of its own. */
  readonly external: boolean;
  readonly shoppers: number;
  /** Shoppers of the second part. */
  readonly carts: number;
  readonly connections: number;
  readonly seed: number;
}

const EXAMPLE = join(import.meta.dirname, '../../examples/nine-nine-drop.json');
const DESCRIPTION =
  'Sells a sale out to a rush of shoppers over HTTP, on servers of its own, and checks that each ' +
  "unit was sold once: the clients' own notes against the ledger. Then sells carts with stacked " +
  'discounts, and checks that every cent of them adds up. Then lets orders be paid at a sandbox, ' +
  'expire, be cancelled and refunded, sells again what comes back, and checks every order, and ' +
  "the money against the sandbox's own books. Exit 0 only if all of that holds.";
const EXTERNAL =
  'use REDIS_URL, DATABASE_URL and JWT_SECRET of the environment; no service may run on them';
const CELLS_MAX = 256;
const SHOPPERS_MAX = 1_000_000;
const CARTS_MAX = 2_000;
const CONNECTIONS_MAX = 1_024;
const SEED_MAX = 2 ** 31;

/** Prints the help and ends by itself where that is what was asked. */
export function readOptions(words: readonly string[]): DemoOptions {
  const program = new Command('demo')
    .description(DESCRIPTION)
    .option('--sale <file>', 'the sale to sell out', EXAMPLE)
    .option(
      '--cells <n>',
      "cells to cut it into; the file's own number without",
      wholeUpTo(CELLS_MAX),
    )
    .addOption(
      new Option(
        '--kill <process>',
        'kill -9 it in mid-sale, start it again a second later',
      ).choices(VICTIMS),
    )
    .option('--json <file>', 'write the figures to a file')
    .option('--external', EXTERNAL, false)
    .option('--shoppers <n>', 'shoppers who ask', wholeUpTo(SHOPPERS_MAX), 20_000)
    .option('--carts <n>', 'shoppers who fill a cart afterwards', wholeUpTo(CARTS_MAX), 400)
    .option(
      '--connections <n>',
      'connections of the first two parts',
      wholeUpTo(CONNECTIONS_MAX),
      128,
    )
    .option(
      '--seed <n>',
      'repeats the order of the shoppers, and what they ask for',
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
