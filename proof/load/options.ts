import { Command, InvalidArgumentError } from 'commander';
import { isLoopback } from '../../src/platform/config/loopback.ts';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';
import { endAfterParsing } from '../../src/process/exit-codes.ts';

export interface LoadOptions {
  /** Where the api answers, such as `https://shop.example`. */
  readonly url: URL;
  readonly sale: string;
  /** Ids of the offers to buy; empty: every offer of the sale that is on sale. */
  readonly offers: readonly string[];
  readonly tokenCommand: string;
  readonly shoppers: number;
  readonly connections: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly seed: number;
  /** The host of `url`, said again; needed for any host but this machine. */
  readonly confirm?: string;
  readonly minRate?: number;
  readonly maxP99?: number;
  /** In percent of all answers. */
  readonly maxBusy?: number;
  readonly json?: string;
}

const DESCRIPTION =
  'Let a crowd of shoppers buy from a deployment of your own, and report rate, latency and ' +
  'answers. The orders are real: they hold stock until they expire or are cancelled. Exit 0 only ' +
  'when no answer was a fault and every threshold holds.';
const TOKEN_COMMAND =
  'a shell command that reads the ids of shoppers from its input, one a line, and prints one ' +
  'token for each, in the same order';
const EXAMPLE = `
Example, for a service on this machine:
  npm run load -- --url http://127.0.0.1:8080 --sale nine-nine --min-rate 500 \\
    --token-command './doorbuster token --role shopper --sub -'`;
const SHOPPERS_MAX = 1_000_000;
const CONNECTIONS_MAX = 10_000;
const SECONDS_MAX = 3_600;
const RATE_MAX = 10_000_000;
const MS_MAX = 60_000;
const PERCENT_MAX = 100;
const SEED_MAX = 2 ** 31;

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && ['http:', 'https:'].includes(url.protocol) && !url.search && !url.hash) return url;
  throw new InvalidArgumentError('It must be an http or https URL.');
}

/** Reads the command line. Exits with 0 after the help, and with 2 after a wrong option. */
export function readOptions(words: readonly string[]): LoadOptions {
  const program = new Command('load')
    .description(DESCRIPTION)
    .requiredOption('--url <url>', 'where the api answers', readUrl)
    .requiredOption('--sale <id>', 'an open sale')
    .requiredOption('--token-command <command>', TOKEN_COMMAND)
    .option('--offers <ids...>', 'the offers to buy; default: all that are on sale', [])
    .option(
      '--shoppers <n>',
      'number of shoppers; each buys up to its limit',
      wholeUpTo(SHOPPERS_MAX),
      1_000,
    )
    .option('--connections <n>', 'number of connections', wholeUpTo(CONNECTIONS_MAX), 64)
    .option('--seconds <n>', 'how long to measure', wholeUpTo(SECONDS_MAX), 20)
    .option('--warmup <n>', 'seconds before that', wholeUpTo(SECONDS_MAX, 0), 2)
    .option('--seed <n>', 'fixes the order of the shoppers', wholeUpTo(SEED_MAX), 1)
    .option('--confirm <host>', 'the host of --url again, when it is not this machine')
    .option('--min-rate <n>', 'fail below this many orders a second', wholeUpTo(RATE_MAX))
    .option('--max-p99 <ms>', 'fail when 1 % of the answers take longer', wholeUpTo(MS_MAX))
    .option('--max-busy <percent>', 'fail when more are busy', wholeUpTo(PERCENT_MAX, 0))
    .option('--json <file>', 'write the figures to this file')
    .addHelpText('after', EXAMPLE)
    .showHelpAfterError('(--help shows how)')
    .allowExcessArguments(false)
    .exitOverride(endAfterParsing)
    .parse(words);
  const options = program.opts<LoadOptions>();
  // On this machine nobody else suffers from the load.
  if (!isLoopback(options.url.hostname) && options.confirm !== options.url.host) {
    program.error(`error: say --confirm ${options.url.host} to load a host that is not this one.`);
  }
  return options;
}
