import { randomInt } from 'node:crypto';
import { Command, Option } from 'commander';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';
import { endAfterParsing } from '../../src/process/exit-codes.ts';

/** A program that draws a number of cases from a seed. */
interface SeededProgram {
  readonly name: string;
  readonly description: string;
  readonly count: {
    /** The option's name, such as `carts`. */
    readonly option: string;
    readonly means: string;
    readonly most: number;
    readonly usual: number;
  };
  /** The help text of `--seed`. */
  readonly seedMeans: string;
}

export interface SeededOptions {
  readonly count: number;
  readonly seed: number;
}

const SEED_MAX = 2 ** 31 - 1;

/** Reads the command line. Exits with 0 after the help, and with 2 after a wrong option. */
export function readSeededOptions(
  { name, description, count, seedMeans }: SeededProgram,
  words: readonly string[],
): SeededOptions {
  const options = new Command(name)
    .description(description)
    .option(`--${count.option} <n>`, count.means, wholeUpTo(count.most), count.usual)
    .addOption(
      new Option('--seed <n>', seedMeans)
        .argParser(wholeUpTo(SEED_MAX))
        .default(randomInt(1, SEED_MAX), 'random'),
    )
    .showHelpAfterError('(--help shows how)')
    .allowExcessArguments(false)
    .exitOverride(endAfterParsing)
    .parse(words)
    .opts<Record<string, number>>();
  return { count: options[count.option]!, seed: options['seed']! };
}
