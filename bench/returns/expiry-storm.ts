import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CellAddress } from '../../src/cell/cell-address.ts';
import type { CellId } from '../../src/domain/ids.ts';
import { startRush } from '../../proof/crowd/start-load-client.ts';
import type { RushReport } from '../../proof/crowd/rush-plan.ts';
import type { Core } from '../../src/process/wiring/wire-core.ts';
import { auditArm, untilSettled, warmTokens } from '../over-http/arms.ts';
import { wireBench } from '../without-http/bench-sale.ts';
import { figuresOf } from '../run/round-figures.ts';
import { openHarness } from '../over-http/open-harness.ts';
import type { Harness } from '../over-http/harness.ts';
import { putOnSale } from '../over-http/put-on-sale.ts';
import type { OnSale } from '../over-http/put-on-sale.ts';
import { total } from '../over-http/measured-rush.ts';
import { fillOutbox } from '../without-http/fill-outbox.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { HELD, expiryStormWares } from './expiry-storm-wares.ts';
import { costOf, endTimes, windowUntil } from './expiry-storm-windows.ts';
import type { Window } from './expiry-storm-windows.ts';
import { SHOPPERS } from '../over-http/wares.ts';

/** Storms of `BURST` orders with calm before and after each; one storm of `ALL` follows. */
const BURSTS = 5;
const BURST = 20_000;
const ALL = 100_000;
const HELD_ORDERS = BURSTS * BURST + ALL;
/**
 * The rate of purchases. It is slow enough that two cores have room for a storm beside it, and that
 * no shopper reaches 64 orders in a round.
 */
const PER_SECOND = 3_000;
/** The time left for setting the end of all holds of a burst, or of all, before they end. */
const DUE_IN_MS = { burst: 5_000, all: 20_000 };
const BACK_WITHIN_MS = 180_000;
const CALM_DOWN_MS = 1_000;
const ROUND_SECONDS = 600;
const SEED_BYTES = 3;
const SECOND_MS = 1_000;

interface Windows {
  readonly before: Window[];
  readonly storm: Window[];
  readonly after: Window[];
  /** The last storm, of all the rest. */
  readonly all: Window;
}

/** Places orders that nobody pays, and waits until they are settled. */
async function hold(
  core: Core,
  harness: Harness,
  onSale: OnSale,
  seed: number,
): Promise<CellAddress> {
  await core.directory.refresh();
  const id = { sale: onSale.sale, cell: 0 } as CellId;
  const cell = core.directory.cell(id)!;
  const filling = { orders: HELD_ORDERS, shoppers: SHOPPERS, offers: [HELD], seed };
  await fillOutbox(cell, filling);
  await untilSettled(harness, onSale, HELD_ORDERS);
  return cell;
}

/** Starts purchases at a steady rate. `end` stops them. */
function startBuying({ api, servers, tokensFile }: Harness, { sale }: OnSale, connections: number) {
  const seed = randomBytes(SEED_BYTES).readUIntBE(0, SEED_BYTES);
  const journal = join(servers.folder, `journal-${sale}-${seed}`);
  const rush = startRush({
    urls: [api.url],
    sale,
    tokensFile,
    seed,
    connections,
    journalFile: journal,
    offers: expiryStormWares.requests,
    repeatShare: 0,
    overLimitShare: 0,
    retry: false,
    length: { seconds: ROUND_SECONDS, warmupSeconds: 1 },
    pace: { ratePerSecond: PER_SECOND, untilUnits: ROUND_SECONDS * PER_SECOND },
    deadlineSeconds: ROUND_SECONDS,
  });
  const end = async (): Promise<{ report: RushReport; journal: string }> => {
    await rush.stop();
    return { report: await rush.report, journal };
  };
  return { end };
}

async function watchStorms(
  harness: Harness,
  cell: CellAddress,
  { options, say }: BenchWorld,
): Promise<Windows> {
  const { sale } = cell.id;
  const leastMs = options.seconds * SECOND_MS;
  const until = { leastMs, withinMs: BACK_WITHIN_MS };
  const [before, storm, after]: [Window[], Window[], Window[]] = [[], [], []];
  let units = 0;
  await wait(CALM_DOWN_MS);
  for (let burst = 1; burst <= BURSTS; burst++) {
    before.push(await windowUntil(harness, cell, { units, ...until }));
    await endTimes(harness, sale, { orders: BURST, inMs: DUE_IN_MS.burst });
    units += BURST;
    const stormed = await windowUntil(harness, cell, { units, ...until, leastMs: 0 });
    storm.push(stormed);
    await wait(CALM_DOWN_MS);
    after.push(await windowUntil(harness, cell, { units, ...until }));
    say(`burst ${burst}: ${BURST} orders in ${stormed.toMs - stormed.fromMs} ms`);
  }
  await endTimes(harness, sale, { orders: ALL, inMs: DUE_IN_MS.all });
  const all = await windowUntil(harness, cell, { units: units + ALL, ...until, leastMs: 0 });
  return { before, storm, after, all };
}

async function figuresOfRound(
  { pool }: Harness,
  sale: string,
  { before, storm, after, all }: Windows,
): Promise<Record<string, number>> {
  const cost = (windows: readonly Window[]) => costOf(pool, sale, windows);
  const [calm, stormy] = [await cost([...before, ...after]), await cost(storm)];
  const [first, second] = [await cost(before), await cost(after)];
  const seconds = (all.toMs - all.fromMs) / SECOND_MS;
  return {
    allBackSeconds: seconds,
    backPerSecond: ALL / seconds,
    apiCpuRatio: stormy.cpu['api']! / calm.cpu['api']!,
    redisCpuRatio: stormy.cpu['redis']! / calm.cpu['redis']!,
    apiCpuRatioCalm: second.cpu['api']! / first.cpu['api']!,
    redisCpuRatioCalm: second.cpu['redis']! / first.cpu['redis']!,
    apiCpuMicrosCalm: calm.cpu['api']!,
    apiCpuMicrosStorm: stormy.cpu['api']!,
    redisCpuMicrosCalm: calm.cpu['redis']!,
    redisCpuMicrosStorm: stormy.cpu['redis']!,
    purchasesPerSecondCalm: calm.perSecond,
    purchasesPerSecondStorm: stormy.perSecond,
    purchasesPerSecondAll: (await cost([all])).perSecond,
  };
}

const EXPIRED = `select count(*)::integer as expired from orders
  where sale = $1 and state = 'expired'`;

/** @throws NoNumber unless every hold has expired and every purchase was answered with an order */
async function expectAll(harness: Harness, onSale: OnSale, report: RushReport): Promise<void> {
  const { answers, unfinished } = report;
  const placed = answers['placed'] ?? 0;
  if (placed === 0 || placed !== total(answers) || unfinished > 0) {
    const found = JSON.stringify(answers);
    throw new NoNumber(`answers other than placed: ${found}; unfinished: ${unfinished}`);
  }
  await untilSettled(harness, onSale, HELD_ORDERS + placed);
  const { rows } = await harness.pool.query<{ expired: number }>(EXPIRED, [onSale.sale]);
  const { expired } = rows[0]!;
  if (expired !== HELD_ORDERS) throw new NoNumber(`${expired} of ${HELD_ORDERS} holds expired`);
}

async function round(core: Core, harness: Harness, world: BenchWorld, number: number) {
  const onSale = await putOnSale(harness, expiryStormWares, HELD_ORDERS);
  const cell = await hold(core, harness, onSale, number);
  world.say(`round ${number}: ${HELD_ORDERS} orders held`);
  const buying = startBuying(harness, onSale, Math.max(...world.options.connections));
  const watching = watchStorms(harness, cell, world);
  const [windows] = await Promise.allSettled([watching]);
  const { report, journal } = await buying.end();
  if (windows.status === 'rejected') throw windows.reason;
  await expectAll(harness, onSale, report);
  const figures = await figuresOfRound(harness, onSale.sale, windows.value);
  await auditArm(harness, onSale, [journal]);
  const { allBackSeconds, apiCpuRatio, redisCpuRatio } = figures;
  world.say(
    `round ${number}: ${ALL} back in ${allBackSeconds!.toFixed(1)} s · CPU per purchase, storm ÷ ` +
      `calm: api ${apiCpuRatio!.toFixed(2)}, Redis ${redisCpuRatio!.toFixed(2)}`,
  );
  return { figures, placed: report.answers['placed']! };
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const harness = await openHarness(world, [expiryStormWares]);
  const core = await wireBench(world.servers);
  try {
    await warmTokens(harness, Math.max(...world.options.connections));
    const rounds: Record<string, number>[] = [];
    let placed = 0;
    for (let number = 1; number <= world.options.rounds; number++) {
      const result = await round(core, harness, world, number);
      rounds.push(result.figures);
      placed += result.placed;
    }
    return {
      rounds,
      figures: figuresOf(rounds),
      answers: { purchases: { placed } },
      notes: [
        `${HELD_ORDERS} unpaid orders of one cell; ${BURSTS} times ${BURST} of them expire at ` +
          `once, with ${world.options.seconds} s of calm before and after; then ${ALL} at once`,
        `all the while, ${PER_SECOND} purchases per second of another offer over HTTP; CPU per ` +
          'purchase: a process’s CPU in a window ÷ orders that Redis placed in it',
        'back: the units are on sale in Redis; calm ÷ calm: windows after storms ÷ before them',
      ],
    };
  } finally {
    await core.close();
    await harness.stop();
  }
}

const ratio = (means: string) => ({ unit: 'ratio', means });
const micros = (means: string) => ({ unit: 'µs', means });
const rate = (means: string) => ({ unit: '/s', means });

export const expiryStorm: Scenario = {
  name: 'expiry-storm',
  describe: '100,000 unpaid orders expire at once, while purchases go on',
  legend: {
    allBackSeconds: { unit: 's', means: `until ${ALL} units are on sale again; at most 60` },
    backPerSecond: rate('units put on sale again'),
    apiCpuRatio: ratio('api CPU per purchase, storms ÷ calm; at most 1.15'),
    redisCpuRatio: ratio('Redis CPU per purchase, storms ÷ calm; at most 1.15'),
    apiCpuRatioCalm: ratio('api CPU per purchase, calm ÷ calm'),
    redisCpuRatioCalm: ratio('Redis CPU per purchase, calm ÷ calm'),
    apiCpuMicrosCalm: micros('api CPU per purchase in calm'),
    apiCpuMicrosStorm: micros('api CPU per purchase in storms'),
    redisCpuMicrosCalm: micros('Redis CPU per purchase in calm'),
    redisCpuMicrosStorm: micros('Redis CPU per purchase in storms, instructions included'),
    purchasesPerSecondCalm: rate('purchases in calm'),
    purchasesPerSecondStorm: rate('purchases in storms'),
    purchasesPerSecondAll: rate('purchases in the last storm'),
  },
  run,
};
