/**
 * Sells for minutes while connections fall silent again and again:
 * `npm run chaos:gentle -- --minutes 10`. Exit 0: purchases kept their pace and nothing was late;
 * 1: they did not, or something else is wrong; 2: a wrong option.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Dice } from '../builders/dice.ts';
import type { Cleanup } from '../fleet/cleanup.ts';
import { makeFolder } from '../fleet/own-servers.ts';
import { note, runProgram, say } from '../fleet/run-program.ts';
import { SaleAdmin } from '../fleet/sale-admin.ts';
import { readSeededOptions } from '../fleet/seeded-options.ts';
import type { SeededOptions } from '../fleet/seeded-options.ts';
import { chaosSale } from './chaos-sale.ts';
import { answerFaults } from './checker/answer-faults.ts';
import { readChoreDelays } from './checker/chore-delays.ts';
import { readClientJournal } from './clients/client-journal.ts';
import { Clients } from './clients/clients.ts';
import { Load } from './clients/load.ts';
import { ProcessWatch } from './episode/process-watch.ts';
import { networkFaults } from './faults/network-faults.ts';
import { startChaosWorld } from './world/chaos-world.ts';
import type { ChaosWorld } from './world/chaos-world.ts';

const PROGRAM = {
  name: 'chaos:gentle',
  description:
    'Counts the purchases of a world in calm, then with half-open connections every 20 seconds, ' +
    'then in calm again. Exits with 0 only if there are at least 0.9 as many as in calm, orders ' +
    'expire and payments are captured within 5 seconds, and each request is answered in time.',
  count: { option: 'minutes', means: 'minutes of half-open connections', most: 600, usual: 10 },
  seedMeans: 'seed of the connections that fall silent',
};

const SALE = 'chaos';
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const EVERY_MS = 20_000;
/** Connections and caches of a new process are cold. */
const WARM_UP_MS = 5_000;
const CALM_MS = 30_000;
const PACE_LEAST = 0.9;
const LATE_MS = 5_000;
const QUIET_WITHIN_MS = 30_000;

const COUNT = `
  select count(*)::integer as orders from orders
  where sale = $1
    and placed_at between to_timestamp($2::float8 / 1000) and to_timestamp($3::float8 / 1000)`;

/** A span of time, in ms since 1970. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const spanOf = async (work: () => Promise<void>): Promise<Span> => {
  const fromMs = Date.now();
  await work();
  return { fromMs, toMs: Date.now() };
};

/** Orders placed per second. */
async function paceOf({ postgres }: ChaosWorld, { fromMs, toMs }: Span): Promise<number> {
  const { rows } = await postgres.run((client) =>
    client.query<{ orders: number }>(COUNT, [SALE, fromMs, toMs]),
  );
  return (rows[0]!.orders * SECOND_MS) / (toMs - fromMs);
}

/** Every 20 seconds some connections fall silent, each kind equally often. */
async function fallSilent(world: ChaosWorld, { count, seed }: SeededOptions): Promise<void> {
  const dice = new Dice(seed);
  const random = () => dice.below(2 ** 32) / 2 ** 32;
  const halfOpen = networkFaults.filter(({ group }) => group === 'half-open');
  let left: typeof halfOpen = [];
  const endMs = performance.now() + count * MINUTE_MS;
  for (let nextMs = performance.now(); nextMs < endMs; nextMs += EVERY_MS) {
    await wait(Math.max(0, nextMs - performance.now()));
    if (left.length === 0) left = dice.some(halfOpen, halfOpen.length);
    const fault = left.pop()!;
    note(fault.name);
    await (
      await fault.begin(world, random)
    )();
  }
  await wait(Math.max(0, endMs - performance.now()));
}

async function answersOf(clients: Clients, { standstills }: ProcessWatch): Promise<string[]> {
  const lists = [...clients.files()].map(([name, file]) => readClientJournal(name, file));
  return answerFaults((await Promise.all(lists)).flat(), standstills);
}

/** Says what was measured. @returns what is wrong with it */
async function measure(world: ChaosWorld, calm: readonly Span[], silent: Span): Promise<string[]> {
  const [before, after] = await Promise.all(calm.map((span) => paceOf(world, span)));
  const usual = (before! + after!) / calm.length;
  const pace = await paceOf(world, silent);
  const { expiryMs, captureMs } = await readChoreDelays(world.databaseUrl, SALE, silent);
  const share = pace / usual;
  const figure = (value: number | null) => Math.round(value ?? 0);
  say(`orders/s: ${figure(before!)} and ${figure(after!)} in calm, ${figure(pace)} between`);
  say(`share of the usual pace: ${share.toFixed(3)}`);
  say(`latest expiry ${figure(expiryMs)} ms, latest capture ${figure(captureMs)} ms`);
  return [
    ...(share >= PACE_LEAST ? [] : ['purchases did not keep their pace']),
    ...((expiryMs ?? 0) <= LATE_MS ? [] : ['an order expired too late']),
    ...((captureMs ?? 0) <= LATE_MS ? [] : ['a payment was captured too late']),
  ];
}

async function run(options: SeededOptions, cleanup: Cleanup): Promise<number> {
  const folder = join(makeFolder('chaos', cleanup), 'world');
  const journals = join(folder, 'clients');
  const world = await startChaosWorld(folder, cleanup);
  mkdirSync(journals);
  const admin = new SaleAdmin(world.apis[0]!.url, world.jwtSecret);
  await admin.open(chaosSale(SALE));
  const apis = world.apis.map(({ url }) => url);
  const { jwtSecret } = world;
  const market = { sale: SALE, apis, jwtSecret, folder: journals, seed: options.seed };
  const clients = new Clients(market);
  const load = new Load(clients);
  // It notices only when the clients themselves could not run.
  const watch = new ProcessWatch([]);
  cleanup.add(() => watch.stop());
  await wait(WARM_UP_MS);
  const before = await spanOf(() => wait(CALM_MS));
  const silent = await spanOf(() => fallSilent(world, options));
  const after = await spanOf(() => wait(CALM_MS));
  await load.pause();
  await load.end();
  const quietMs = await admin.untilQuiet(SALE, QUIET_WITHIN_MS);
  say(`quiet after ${Math.round(quietMs)} ms`);
  const { brokenPromises } = await admin.audit(SALE);
  const wrong = [
    ...(await measure(world, [before, after], silent)),
    ...(await answersOf(clients, watch)),
    ...brokenPromises.map((row) => `audit: ${JSON.stringify(row)}`),
  ];
  clients.close();
  for (const line of wrong) say(line);
  return wrong.length === 0 ? 0 : 1;
}

const options = readSeededOptions(PROGRAM, process.argv);
note(`seed ${options.seed}`);
await runProgram('chaos:gentle', (cleanup) => run(options, cleanup));
