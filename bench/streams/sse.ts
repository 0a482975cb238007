import { warmTokens } from '../over-http/arms.ts';
import { openHarness } from '../over-http/open-harness.ts';
import type { Harness } from '../over-http/harness.ts';
import { SHOPPERS } from '../over-http/wares.ts';
import { NoNumber } from '../run/no-number.ts';
import { figuresOf } from '../run/round-figures.ts';
import type { Figures } from '../run/round-figures.ts';
import type { BenchOptions, BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { restartToTellMemory } from './api-memory.ts';
import { listenPlan } from './crowd.ts';
import { lagOf, missedBy } from './hearing.ts';
import {
  brokenBounds,
  costOfListeners,
  meanOf,
  memoryEach,
  perAnswer,
  rateRatio,
} from './judge.ts';
import type { Neighbours } from './judge.ts';
import { runPhase } from './phase.ts';
import type { Phase, PhaseOptions } from './phase.ts';
import { sseLegend } from './sse-legend.ts';
import { lastUnits, streamWares } from './stream-wares.ts';

const SIZES = {
  listeners: { most: 6_000, preset: 5_000, means: 'public listeners to the stock of the sale' },
  merchants: { most: 1_000, preset: 200, means: 'merchants who watch the figures of the sale' },
} as const;
const MICROS = 1e6;
const PERCENT = 100;

const sizeOf = (options: BenchOptions, name: keyof typeof SIZES): number =>
  options[name] ?? SIZES[name].preset;

/** Cores that the service, its servers, the load client and the listeners kept busy. */
const busyIn = ({ cpuMicros, seconds }: Phase): number =>
  Object.values(cpuMicros).reduce((sum, micros) => sum + micros, 0) / MICROS / seconds;

/** @param beside a phase with listeners */
function figuresOfRound(beside: Phase, neighbours: Neighbours): Record<string, number> {
  const { plan, tally, events, memory } = beside.listening!;
  const open = plan.groups.reduce((sum, { listeners }) => sum + listeners, 0);
  const each = memoryEach(memory.before, memory.beside, open);
  const cost = costOfListeners(beside, neighbours, events);
  return {
    rateRatio: rateRatio(beside, neighbours),
    acceptedPerSecond: beside.acceptedPerSecond,
    withoutPerSecond: meanOf(neighbours, ({ acceptedPerSecond }) => acceptedPerSecond),
    p99Ms: beside.p99Ms,
    withoutP99Ms: meanOf(neighbours, ({ p99Ms }) => p99Ms),
    p50Ms: beside.p50Ms,
    publicFewest: tally.public.fewest,
    publicMost: tally.public.most,
    merchantFewest: tally.merchants.fewest,
    merchantMost: tally.merchants.most,
    eventsPerSecond: events / beside.seconds,
    publicLagMs: lagOf(tally.public, beside.orderedAt),
    merchantLagMs: lagOf(tally.merchants, beside.orderedAt),
    missed: missedBy(plan, tally),
    listenerRssKib: each.rssKib,
    listenerHeapKib: each.heapKib,
    listenerExternalKib: each.externalKib,
    apiPercent: cost.cores * PERCENT,
    eventApiMicros: cost.microsAnEvent,
    listenersPercent: (beside.cpuMicros['listeners']! / MICROS / beside.seconds) * PERCENT,
    withoutOrderApiMicros: meanOf(neighbours, perAnswer),
    busyCores: busyIn(beside),
    otherCores: beside.otherCores,
  };
}

type Answers = Record<string, Record<string, number>>;

function addTo(answers: Answers, name: string, got: Readonly<Record<string, number>>): void {
  const sums = (answers[name] ??= {});
  for (const [kind, count] of Object.entries(got)) sums[kind] = (sums[kind] ?? 0) + count;
}

/** @throws NoNumber when the service refused an order though it had nothing else to do */
function expectOnlyPlaced({ answers }: Phase): void {
  const refused = Object.keys(answers).filter((kind) => kind !== 'placed');
  if (refused.length > 0) throw new NoNumber(`without listeners: ${JSON.stringify(answers)}`);
}

/**
 * A phase beside listeners and a control without stand in turn between two phases without them.
 * The control is compared with its neighbours in the same way, so its ratio is nothing but noise.
 */
async function runRounds(
  harness: Harness,
  { options, say }: BenchWorld,
): Promise<Pick<BenchResult, 'rounds' | 'answers'>> {
  const wanted: PhaseOptions = {
    seconds: options.seconds,
    connections: Math.max(...options.connections),
  };
  const crowd = {
    listeners: sizeOf(options, 'listeners'),
    merchants: sizeOf(options, 'merchants'),
    offers: lastUnits(options.seconds),
  };
  const answers: Answers = {};
  const without = async () => {
    const phase = await runPhase(harness, wanted, null);
    expectOnlyPlaced(phase);
    addTo(answers, 'without', phase.answers);
    return phase;
  };
  say('warming up');
  await warmTokens(harness, wanted.connections);
  await without();
  const rounds: Record<string, number>[] = [];
  let before = await without();
  for (let round = 1; round <= options.rounds; round++) {
    const beside = await runPhase(harness, wanted, (sale) => listenPlan(harness, sale, crowd));
    addTo(answers, 'beside', beside.answers);
    const after = await without();
    const control = await without();
    const last = await without();
    const figures = {
      ...figuresOfRound(beside, [before, after]),
      controlRatio: rateRatio(control, [after, last]),
    };
    rounds.push(figures);
    before = last;
    say(`round ${round}: ${lineOf(figures)}`);
  }
  return { rounds, answers };
}

function lineOf(figures: Readonly<Record<string, number>>): string {
  const shown = (name: string, digits = 0) => figures[name]!.toFixed(digits);
  return [
    `${shown('acceptedPerSecond')} orders a second beside listeners`,
    `${shown('withoutPerSecond')} without`,
    `ratio ${shown('rateRatio', 3)}`,
    `control ${shown('controlRatio', 3)}`,
  ].join(', ');
}

/** All figures in one line. */
function summaryOf({ options }: BenchWorld, figures: Figures): string {
  const median = (name: string, digits = 0) => figures[name]!.median.toFixed(digits);
  const most = (name: string, digits = 0) => figures[name]!.max.toFixed(digits);
  return [
    `sse: ${sizeOf(options, 'listeners')} listeners and ${sizeOf(options, 'merchants')} merchants`,
    `purchases ${median('rateRatio', 3)} of ${median('withoutPerSecond')}/s`,
    `control ${median('controlRatio', 3)}`,
    `p99 ${median('p99Ms', 1)} ms (without ${median('withoutP99Ms', 1)})`,
    `events ${median('eventsPerSecond')}/s, at least ${figures['publicFewest']!.min} a listener ` +
      `and ${figures['merchantFewest']!.min} a merchant`,
    `missed by ${most('missed')}`,
    `lag ${median('publicLagMs')} ms, merchants ${median('merchantLagMs')} ms`,
    `memory a listener ${most('listenerRssKib', 1)} KiB RSS, ${most('listenerHeapKib', 1)} heap, ` +
      `${most('listenerExternalKib', 1)} external`,
    `api ${median('apiPercent', 1)} % of a core, ${median('eventApiMicros', 1)} µs an event`,
  ].join(' · ');
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const { options } = world;
  const harness = await openHarness(world, [streamWares(options.seconds)]);
  try {
    await restartToTellMemory(harness);
    const { rounds, answers } = await runRounds(harness, world);
    const figures = figuresOf(rounds);
    const missed = rounds.reduce((sum, round) => sum + round['missed']!, 0);
    return {
      rounds,
      figures,
      answers,
      notes: notesOf(options),
      broken: brokenBounds({ ratio: figures['rateRatio']!.median, missed }),
      summary: summaryOf(world, figures),
    };
  } finally {
    await harness.stop();
  }
}

const notesOf = (options: BenchOptions): string[] => [
  `${SHOPPERS} shoppers buy one offer on ${Math.max(...options.connections)} connections, as ` +
    'fast as they are answered, while the worker settles',
  `each phase: ${options.seconds} s after a warm-up of 1 s, in a sale of its own; ` +
    `each listener must hear which of ${lastUnits(options.seconds).length} other offers sell out`,
  'a phase beside listeners is compared with the mean of the phases right before and after it',
  'the control is a phase without listeners that is compared in the same way: it shows the noise',
  'the listeners are one process at a low priority on the same machine: it takes CPU, and a lag ' +
    'includes its waiting for that, and up to 20 ms between two looks at its connections',
  'the merchants are of the store that sells: each gets an event for every change of its figures',
  'memory: the api after a collection, with all listeners open, less the same right before',
];

export const sse: Scenario = {
  name: 'sse',
  describe: 'purchases at full speed beside thousands of event streams, and without',
  defaults: { rounds: 5, seconds: 4, connections: [256] },
  sizes: SIZES,
  legend: sseLegend,
  run,
};
