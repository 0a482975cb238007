/**
 * Sends requests that clients, attackers and broken programs may send, and compares every answer
 * with the OpenAPI document: `npm run fuzz:api -- --requests 200000 --sockets 5000`. Exit 0: all
 * answers are as documented and no promise is broken; 1: one is not, or no servers; 2: a wrong
 * option.
 */
import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { migrate } from '../../src/ledger/migrate.ts';
import { systemTime } from '../../src/platform/time.ts';
import { progress } from '../../src/process/cli/progress.ts';
import { wholeUpTo } from '../../src/process/cli/whole-number.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { makeFolder, startOwnServers } from '../fleet/own-servers.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import { ApiDocument } from './document/api-document.ts';
import type { Operation } from './document/api-document.ts';
import { fuzzRequests } from './requests/fuzz-requests.ts';
import type { BadAnswer } from './requests/fuzz-requests.ts';
import { fuzzSockets } from './sockets/fuzz-sockets.ts';
import type { BadExchange } from './sockets/fuzz-sockets.ts';
import { openFuzzWorld } from './world/fuzz-world.ts';
import type { FuzzWorld } from './world/fuzz-world.ts';

interface Options {
  readonly requests: number;
  readonly sockets: number;
  readonly seed: number;
}

const SEED_MAX = 2 ** 31 - 1;
const COUNT_MAX = 100_000_000;
const SECOND_MS = 1_000;
/** Characters of a request or of a reason that are printed. */
const SHOWN = 2_000;
const DESCRIPTION =
  'Draws valid, nearly valid and wild requests from the OpenAPI document, sends them as every ' +
  'role, and compares each answer with the document. Then attacks the listening service with ' +
  'broken HTTP. Shrinks what is answered wrongly, prints it with its seed, and exits with 1.';

function readOptions(words: readonly string[]): Options {
  return new Command('fuzz:api')
    .description(DESCRIPTION)
    .option('--requests <n>', 'requests to send', wholeUpTo(COUNT_MAX, 0), 20_000)
    .option('--sockets <n>', 'connections to attack with', wholeUpTo(COUNT_MAX, 0), 500)
    .option(
      '--seed <n>',
      'seed of the first; the others have the next numbers',
      wholeUpTo(SEED_MAX),
    )
    .showHelpAfterError('(--help shows how)')
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(words)
    .opts<Options>();
}

const shown = (text: string): string =>
  text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;

function printBadAnswer({ seed, request, why }: BadAnswer): void {
  const { method, url, headers, body } = request;
  say(`\nseed ${seed}: an answer is wrong. The smallest request found:`);
  say(shown(`${method} ${url}`));
  for (const [name, value] of Object.entries(headers)) say(shown(`${name}: ${value}`));
  if (body !== null) say(`\n${shown(body)}\n`);
  for (const reason of why) say(`why: ${shown(reason)}`);
  say(`try it alone: npm run fuzz:api -- --requests 1 --sockets 0 --seed ${seed}`);
}

function printBadExchange({ seed, attack, why }: BadExchange): void {
  say(`seed ${seed}: a connection went wrong: ${attack.name}, the client ${attack.end}`);
  say(shown(JSON.stringify(attack.parts)));
  for (const reason of why) say(`why: ${shown(reason)}`);
  say(`try it alone: npm run fuzz:api -- --requests 0 --sockets 1 --seed ${seed}`);
}

/** Prints how often each operation had each status. */
function printCounts(counts: ReadonlyMap<string, number>, operations: readonly Operation[]): void {
  for (const name of [...operations.map(({ id }) => id), 'no operation']) {
    const own = [...counts].filter(([key]) => key.slice(0, key.lastIndexOf(' ')) === name);
    const list = own.toSorted(([a], [b]) => (a < b ? -1 : 1));
    const texts = list.map(([key, count]) => `${key.slice(-3)}: ${count}`);
    say(`  ${name.padEnd(24)} ${texts.join('  ')}`);
  }
}

async function fuzzAll(world: FuzzWorld, { requests, sockets, seed }: Options): Promise<number> {
  const document = ApiDocument.of(world.wide);
  const timed = (what: string, total: number) =>
    progress(what, total, { time: systemTime, tell: note });
  const asked = { count: requests, seed, onProgress: timed('requests', requests) };
  const { counts, bad } = await fuzzRequests(world, document, asked);
  printCounts(counts, document.operations);
  bad.forEach(printBadAnswer);
  if (bad.length > 0) return 1;
  const attacked = { count: sockets, seed, onProgress: timed('connections', sockets) };
  const { endings, bad: badExchange } = await fuzzSockets(world, document, attacked);
  for (const [status, count] of endings) say(`  connections: ${status}: ${count}`);
  if (badExchange) {
    printBadExchange(badExchange);
    return 1;
  }
  const broken = await world.audit();
  for (const row of broken) say(`broken promise: ${row}`);
  return broken.length === 0 ? 0 : 1;
}

async function run(options: Options, cleanup: Cleanup): Promise<number> {
  const { redis, postgres } = await startOwnServers(makeFolder('fuzz-api', cleanup), cleanup);
  await migrate(postgres.url);
  const urls = { redisUrl: redis.url, databaseUrl: postgres.url };
  const world = await openFuzzWorld(urls, cleanup);
  const startMs = performance.now();
  const code = await fuzzAll(world, options);
  if (code === 0) {
    const seconds = Math.round((performance.now() - startMs) / SECOND_MS);
    const { requests, sockets, seed } = options;
    const what = `${requests} requests and ${sockets} connections, seed ${seed}`;
    say(`${what}: every answer is as documented, ${seconds} s`);
  }
  return code;
}

const read = readOptions(process.argv);
const options = { ...read, seed: read.seed ?? randomInt(1, SEED_MAX) };
note(`seed ${options.seed}`);
await runProgram('fuzz:api', (cleanup) => run(options, cleanup));
