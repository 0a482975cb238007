/**
 * Races everything that may happen to one order at once, on real connections to its own Postgres,
 * before a release: `npm run races -- --count 1000000`. Exit 0: no broken promise; 1: a broken
 * promise or no servers; 2: a wrong option.
 */
import { join } from 'node:path';
import { migrate } from '../../src/ledger/migrate.ts';
import { startPostgres } from '../../src/platform/embedded/postgres-server.ts';
import { systemTime } from '../../src/platform/time.ts';
import { progress } from '../../src/process/cli/progress.ts';
import { makeFolder } from '../fleet/own-servers.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import { readSeededOptions } from '../fleet/seeded-options.ts';
import type { SeededOptions } from '../fleet/seeded-options.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { race } from './race.ts';
import type { Raced } from './race.ts';

const SECOND_MS = 1_000;
/** Rows shown per promise. */
const SHOWN = 3;

const PROGRAM = {
  name: 'races',
  description:
    'Pay, expire, cancel and refund orders at once, with events that come twice and too late, ' +
    'and check after each round that every order has one end, every cent is explained and ' +
    'units are exact. After a broken promise, print the history of its orders and exit 1.',
  count: { option: 'count', means: 'attempts to make', most: 1_000_000_000, usual: 20_000 },
  seedMeans: 'seed of orders and attempts; it does not repeat how they interleave',
};

/** Prints some rows of each promise, then the history of their orders. */
function printBroken({ broken, histories }: Raced, seed: number): void {
  say(`seed ${seed}: ${broken.length} broken promises`);
  for (const [promise, list] of Map.groupBy(broken, (one) => one.promise)) {
    say(`${promise}: ${list.length}`);
    for (const { subject, detail } of list.slice(0, SHOWN)) say(`  ${subject}: ${detail}`);
  }
  for (const line of histories) say(line);
}

/** Prints attempts and answers, the most frequent first. */
function printCounts({ counts }: Raced): void {
  const list = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
  for (const [name, count] of list) say(`  ${String(count).padStart(9)}  ${name}`);
}

async function run({ count, seed }: SeededOptions, cleanup: Cleanup): Promise<number> {
  const folder = makeFolder('races', cleanup);
  const server = await cleanup.start(() => startPostgres({ dir: join(folder, 'postgres') }));
  await migrate(server.url);
  const startMs = performance.now();
  const onProgress = progress('attempts', count, { time: systemTime, tell: note });
  const raced = await race({ databaseUrl: server.url, count, seed, onProgress });
  printCounts(raced);
  if (raced.broken.length > 0) {
    printBroken(raced, seed);
    return 1;
  }
  const seconds = Math.round((performance.now() - startMs) / SECOND_MS);
  const { attempts, orders } = raced;
  say(
    `${attempts} attempts over ${orders} orders, seed ${seed}: zero broken promises, ${seconds} s`,
  );
  return 0;
}

const options = readSeededOptions(PROGRAM, process.argv);
note(`seed ${options.seed}`);
await runProgram('races', (cleanup) => run(options, cleanup));
