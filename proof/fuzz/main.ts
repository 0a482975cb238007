/**
 * Compares the two runtimes of pricing on random carts, before a release:
 * `npm run fuzz:pricing -- --carts 1000000`. Exit 0: no difference; 1: one, or no servers; 2: a
 * wrong option.
 */
import { join } from 'node:path';
import { inspect } from 'node:util';
import { startRedis } from '../../src/platform/embedded/redis-server.ts';
import { createRedis, whenReady } from '../../src/platform/redis.ts';
import { systemTime } from '../../src/platform/time.ts';
import { progress } from '../../src/process/cli/progress.ts';
import { makeFolder } from '../fleet/own-servers.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import { readSeededOptions } from '../fleet/seeded-options.ts';
import type { SeededOptions } from '../fleet/seeded-options.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { compareRuntimes } from './compare-runtimes.ts';
import type { Difference } from './compare-runtimes.ts';
import { LuaPricer } from './lua-pricer.ts';

const SECOND_MS = 1_000;

const PROGRAM = {
  name: 'fuzz:pricing',
  description:
    'Prices random carts in TypeScript and with the checkout script in a new Redis, and compares ' +
    'every amount. Shrinks a difference, prints it with its seed, and exits with 1.',
  count: { option: 'carts', means: 'carts to price', most: 100_000_000, usual: 10_000 },
  seedMeans: 'seed of the first cart; each further cart has the next number',
};

function printDifference({ seed, smallest, typescript, lua }: Difference): void {
  const shown = (value: unknown) => inspect(value, { depth: null, breakLength: 100 });
  say(`seed ${seed}: the runtimes differ. The smallest case found from it:`);
  say(shown(smallest));
  say(`TypeScript: ${shown(typescript)}`);
  say(`Lua: ${shown(lua)}`);
  say(`repeat it with: npm run fuzz:pricing -- --carts 1 --seed ${seed}`);
}

async function fuzz({ count: carts, seed }: SeededOptions, cleanup: Cleanup): Promise<number> {
  const folder = makeFolder('fuzz', cleanup);
  const server = await cleanup.start(() => startRedis({ dir: join(folder, 'redis') }));
  const redis = createRedis(server.url, { kind: 'steady', onError: () => {} });
  cleanup.add(() => redis.disconnect());
  await whenReady(redis);
  const luaPricer = await LuaPricer.open(redis);
  const startMs = performance.now();
  const tell = progress('carts', carts, { time: systemTime, tell: note });
  const difference = await compareRuntimes(luaPricer, seed, carts, tell);
  if (difference) {
    printDifference(difference);
    return 1;
  }
  const seconds = Math.round((performance.now() - startMs) / SECOND_MS);
  say(`${carts} carts, seed ${seed}: no difference, ${seconds} s`);
  return 0;
}

const options = readSeededOptions(PROGRAM, process.argv);
note(`seed ${options.seed}`);
await runProgram('fuzz:pricing', (cleanup) => fuzz(options, cleanup));
