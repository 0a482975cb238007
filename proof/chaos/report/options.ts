import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeUpTo } from '../../../src/process/cli/whole-number.ts';
import { endAfterParsing } from '../../../src/process/exit-codes.ts';
import { roundsOf } from '../episode/deal-rounds.ts';
import type { Round } from '../episode/deal-rounds.ts';
import type { Fault } from '../faults/fault.ts';

export interface ChaosOptions {
  readonly seeds: number;
  readonly seed: number;
  /** Rounds for every world; absent: they are dealt from the seed. */
  readonly faults?: readonly Round[];
}

const DESCRIPTION =
  'Run worlds of 2 apis, 2 workers, Redis with a replica, Postgres and a payment provider. In ' +
  'each, faults strike under load, one at a time and two at once. Then compare what the clients ' +
  'wrote down with the ledger, the provider and the audit. Exit 0 only if nothing is wrong.';
const SEEDS_USUAL = 6;
const SEEDS_MAX = 10_000;
const SEED_MAX = 2 ** 31 - 1 - SEEDS_MAX;
const NAME_WIDTH = 32;

/** Reads `a/b,c`. @throws when a name is in no catalogue */
const readRounds =
  (catalogue: readonly Fault[]) =>
  (text: string): Round[] => {
    const rounds = roundsOf(text);
    const unknown = rounds.flat().filter((name) => !catalogue.some((fault) => fault.name === name));
    if (unknown.length === 0) return rounds;
    throw new InvalidArgumentError(`There is no fault ${unknown.join(', ')}: --help lists them.`);
  };

/** Reads the command line. Exits with 0 after the help, and with 2 after a wrong option. */
export function readOptions(words: readonly string[], catalogue: readonly Fault[]): ChaosOptions {
  const list = catalogue.map(({ name, says }) => `  ${name.padEnd(NAME_WIDTH)}${says}`);
  return new Command('chaos')
    .description(DESCRIPTION)
    .option('--seeds <n>', 'number of worlds', wholeUpTo(SEEDS_MAX), SEEDS_USUAL)
    .addOption(
      new Option('--seed <n>', 'seed of the first world; each further one has the next number')
        .argParser(wholeUpTo(SEED_MAX))
        .default(randomInt(1, SEED_MAX), 'random'),
    )
    .option(
      '--faults <names>',
      'the faults of every world: a,b strike at once; a/b,c: first a, then b and c',
      readRounds(catalogue),
    )
    .addHelpText('after', ['', 'Faults:', ...list].join('\n'))
    .showHelpAfterError('(--help shows how)')
    .allowExcessArguments(false)
    .exitOverride(endAfterParsing)
    .parse(words)
    .opts<ChaosOptions>();
}
