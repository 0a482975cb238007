import { acceptArm, askArm } from '../over-http/arms.ts';
import { wireBench } from '../without-http/bench-sale.ts';
import { cartLegend } from './cart-legend.ts';
import { CART_LINES, scriptByLines } from './cart-script.ts';
import { cartOrders, cartQuotes } from './cart-wares.ts';
import { figuresOf } from '../run/round-figures.ts';
import type { Figures } from '../run/round-figures.ts';
import { BACKLOG_LIMIT, openHarness } from '../over-http/open-harness.ts';
import type { Harness } from '../over-http/harness.ts';
import {
  cpuRatio,
  echoCpu,
  echoRate,
  otherCores,
  pairedNotes,
  rateRatio,
} from '../over-http/paired-with-echo.ts';
import { mean, runPaired, turned } from '../over-http/paired-with-echo.ts';
import type { Arm, Paired, Results } from '../over-http/paired-with-echo.ts';
import type { BenchResult, BenchWorld, Curve, Scenario } from '../run/scenario.ts';
import { SHOPPERS } from '../over-http/wares.ts';

const ARMS: readonly Arm[] = [
  { name: 'orders', wares: cartOrders, run: acceptArm },
  { name: 'quotes', wares: cartQuotes, run: askArm },
];

function figuresOfArm(name: string, arm: Paired): Record<string, number> {
  const figures = {
    Ratio: rateRatio(arm),
    ApiCpuRatio: cpuRatio(arm),
    PerSecond: arm.perSecond,
    EchoPerSecond: echoRate(arm),
    ApiCpuMicros: arm.cpuMicros['api']!,
    RedisCpuMicros: arm.cpuMicros['redis']!,
    ClientCpuMicros: arm.cpuMicros['client']!,
    EchoCpuMicros: echoCpu(arm),
    ScriptMicrosEach: arm.script!.micros,
    PerCall: arm.script!.batch,
    P99Ms: arm.rushed.report.measured.p99Ms,
  };
  return Object.fromEntries(Object.entries(figures).map(([what, value]) => [name + what, value]));
}

function figuresOfRound(results: Results): Record<string, number> {
  const { orders, quotes } = results as Record<string, Paired>;
  return {
    ...figuresOfArm('orders', orders!),
    ...figuresOfArm('quotes', quotes!),
    otherCores: mean([orders!, quotes!].map(otherCores)),
  };
}

/** Runs the rounds of the script alone, after those over HTTP. */
async function scriptRounds(
  harness: Harness,
  world: BenchWorld,
): Promise<Record<string, number>[]> {
  const core = await wireBench(world.servers);
  try {
    const rounds: Record<string, number>[] = [];
    for (let round = 1; round <= world.options.rounds; round++) {
      const figures = await scriptByLines(harness, core, round);
      const times = CART_LINES.map((lines) => `${lines}: ${figures[`scriptMicros${lines}`]} µs`);
      world.say(`round ${round} · script by lines · ${times.join(', ')}`);
      rounds.push(figures);
    }
    return rounds;
  } finally {
    await core.close();
  }
}

function curveOf(name: string, figures: Figures): Curve {
  const points = CART_LINES.map((lines) => [lines, figures[`${name}${lines}`]!.median]);
  return { over: 'lines', unit: 'µs', points: Object.fromEntries(points) };
}

async function measure(harness: Harness, world: BenchWorld): Promise<BenchResult> {
  const paired = await runPaired(harness, world, {
    arms: (round) => turned(ARMS, round),
    figures: figuresOfRound,
  });
  const alone = await scriptRounds(harness, world);
  const rounds = paired.rounds.map((round, i) => ({ ...round, ...alone[i]! }));
  const figures = figuresOf(rounds);
  return {
    ...paired,
    rounds,
    figures,
    curves: {
      scriptMicros: curveOf('scriptMicros', figures),
      scriptBatchMicros: curveOf('scriptBatchMicros', figures),
    },
    notes: [
      ...pairedNotes(world.options, paired.answers),
      'carts of 5 lines from 3 stores with a coupon, in a sale of 30 offers; 4 promotions apply: ' +
        'store tiers, a store percentage, a store coupon, the platform’s 50 off 300',
      `${SHOPPERS} shoppers in random order, one token each that the api knows, a fresh key per ` +
        `request; BACKLOG_LIMIT ${BACKLOG_LIMIT}`,
      'orders: the worker is paused (SIGSTOP); afterwards it settles everything before the audit',
      'script by lines: called directly, one cart per call and in full batches, fresh shoppers',
    ],
  };
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const harness = await openHarness(world, [cartOrders, cartQuotes]);
  try {
    return await measure(harness, world);
  } finally {
    await harness.stop();
  }
}

export const cart: Scenario = {
  name: 'cart',
  describe: 'carts with stacked promotions: orders and quotes beside an echo; script by lines',
  legend: cartLegend,
  run,
};
