/**
 * Holds the two runtimes of pricing against each other on random carts, for a release:
 * `npm run fuzz:pricing -- --carts 1000000`. Exit 0: no difference; 1: one, or no servers; 2: a
 * wrong option.
 */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Command, Option } from 'commander';
import { startRedis } from '../../src/platform/embedded/redis-server.ts';
import { createRedis, whenReady } from '../../src/platform/redis.ts';
import { progress } from '../../src/process/cli/progress.ts';
import { makeFolder } from '../fleet/own-servers.ts';
import { Stops } from '../fleet/stops.ts';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';
import { compare } from './compare.ts';
import type { Difference } from './compare.ts';
import { LuaTill } from './lua-till.ts';

interface Options {
  readonly carts: number;
  readonly seed: number;
}

const CARTS_MAX = 100_000_000;
const SEED_MAX = 2 ** 31 - 1;
const SECOND_MS = 1_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Prints the help and ends by itself where that is what was asked. */
function readOptions(words: readonly string[]): Options {
  return new Command('fuzz:pricing')
    .description(
      'Prices random carts in TypeScript and by the checkout script in a Redis of its own, and ' +
        'compares every amount. A difference is printed, shrunk, with its seed; then exit 1.',
    )
    .option('--carts <n>', 'carts to price', wholeUpTo(CARTS_MAX), 10_000)
    .addOption(
      new Option('--seed <n>', 'of the first cart; the next has the next')
        .argParser(wholeUpTo(SEED_MAX))
        .default(randomInt(1, SEED_MAX), 'random'),
    )
    .showHelpAfterError('(--help shows how)')
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(words)
    .opts<Options>();
}

function printDifference({ seed, smallest, typescript, lua }: Difference): void {
  const shown = (value: unknown) => inspect(value, { depth: null, breakLength: 100 });
  say(`seed ${seed}: the runtimes differ. The smallest such case found from it:`);
  say(shown(smallest));
  say(`TypeScript: ${shown(typescript)}`);
  say(`Lua: ${shown(lua)}`);
  say(`again: npm run fuzz:pricing -- --carts 1 --seed ${seed}`);
}

async function fuzz({ carts, seed }: Options, stops: Stops): Promise<number> {
  const folder = makeFolder('fuzz', stops);
  const server = await stops.start(() => startRedis({ dir: join(folder, 'redis') }));
  const redis = createRedis(server.url, { kind: 'steady', onError: () => {} });
  stops.add(() => redis.disconnect());
  await whenReady(redis);
  const till = await LuaTill.open(redis);
  const startMs = performance.now();
  const tell = progress('carts', carts, { nowMs: () => performance.now(), tell: note });
  const difference = await compare(till, seed, carts, tell);
  if (difference) {
    printDifference(difference);
    return 1;
  }
  const seconds = Math.round((performance.now() - startMs) / SECOND_MS);
  say(`${carts} carts, seed ${seed}: no difference, ${seconds} s`);
  return 0;
}

const options = readOptions(process.argv);
const stops = new Stops();
stops.runOnSignals();
note(`seed ${options.seed}`);
const code = await fuzz(options, stops).catch((error: Error) => {
  // After a signal everything it had to do with is going away.
  if (stops.signalled === null) note(`fuzz:pricing: ${error.message || String(error)}`);
  return 1;
});
await stops.run();
process.exit(stops.signalled ?? code);
