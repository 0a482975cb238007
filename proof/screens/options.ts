import { join } from 'node:path';
import { Command } from 'commander';
import { endAfterParsing } from '../../src/process/exit-codes.ts';

export interface ScreensOptions {
  /** The folder of the pictures. */
  readonly out: string;
  /** Only pictures whose file names have this in them. */
  readonly only: string;
}

const OUT = join(import.meta.dirname, '../../docs/screens');
const DESCRIPTION =
  'Take the pictures of every page that docs/ and the README show: start the service on servers ' +
  'of its own, let a crowd rush its sales, and look at it as a shopper, a merchant and an ' +
  'operator do, on a phone and at a desk, in light and dark, for shoppers also in Chinese.';

/** Reads the command line; exits after a request for help and after a wrong option. */
export function readOptions(words: readonly string[]): ScreensOptions {
  return new Command('screens')
    .description(DESCRIPTION)
    .option('--out <folder>', 'where the pictures go', OUT)
    .option('--only <text>', 'only pictures with this in their file name, e.g. ops-rush', '')
    .showHelpAfterError('(--help shows how)')
    .exitOverride(endAfterParsing)
    .parse(words)
    .opts<ScreensOptions>();
}
