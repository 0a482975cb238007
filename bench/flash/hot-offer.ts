import { acceptArm, newTokensArm, soldOutArm, wholeArm } from '../over-http/arms.ts';
import { BACKLOG_LIMIT, openHarness } from '../over-http/open-harness.ts';
import { hotOfferLegend } from './hot-offer-legend.ts';
import { hotWares } from '../over-http/hot-wares.ts';
import {
  cpuRatio,
  echoCpu,
  echoRate,
  mean,
  otherCores,
  pairedNotes,
  rateRatio,
  runPaired,
  turned,
} from '../over-http/paired-with-echo.ts';
import type { Arm, Paired, Results } from '../over-http/paired-with-echo.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { SHOPPERS } from '../over-http/wares.ts';

const arm = (name: string, run: Arm['run']): Arm => ({ name, wares: hotWares, run });

const ARMS = [arm('accept', acceptArm), arm('soldOut', soldOutArm), arm('whole', wholeArm)];

/** The arm with new tokens comes last, because those push known tokens out of the api's memory. */
function armsOf({ options }: BenchWorld, round: number, connections: number): Arm[] {
  const arms = turned(ARMS, round);
  if (connections < Math.max(...options.connections)) return arms;
  const newTokens: Arm['run'] = (harness, wares, wanted) =>
    newTokensArm(harness, wares, wanted, round);
  return [...arms, arm('newTokens', newTokens)];
}

function figuresOfRound(results: Results): Record<string, number | undefined> {
  const { accept, soldOut, whole, newTokens } = results as Record<string, Paired>;
  const all = Object.values(results);
  return {
    acceptRatio: rateRatio(accept!),
    soldOutRatio: rateRatio(soldOut!),
    wholeRatio: rateRatio(whole!),
    apiCpuRatio: cpuRatio(accept!),
    acceptNewTokensRatio: newTokens && rateRatio(newTokens),
    apiCpuNewTokensRatio: newTokens && cpuRatio(newTokens),
    echoPerSecond: mean(all.map(echoRate)),
    acceptPerSecond: accept!.perSecond,
    soldOutPerSecond: soldOut!.perSecond,
    wholeSettledPerSecond: whole!.perSecond,
    wholeAcceptedPerSecond: whole!.rushed.perSecond,
    echoCpuMicros: mean(all.map(echoCpu)),
    acceptApiCpuMicros: accept!.cpuMicros['api'],
    acceptRedisCpuMicros: accept!.cpuMicros['redis'],
    soldOutApiCpuMicros: soldOut!.cpuMicros['api'],
    soldOutRedisCpuMicros: soldOut!.cpuMicros['redis'],
    wholeApiCpuMicros: whole!.cpuMicros['api'],
    wholeRedisCpuMicros: whole!.cpuMicros['redis'],
    wholeWorkerCpuMicros: whole!.cpuMicros['worker'],
    wholePostgresCpuMicros: whole!.cpuMicros['postgres'],
    acceptClientCpuMicros: accept!.cpuMicros['client'],
    redisScriptMicros: accept!.script!.micros,
    purchasesPerCall: accept!.script!.batch,
    acceptP99Ms: accept!.rushed.report.measured.p99Ms,
    otherCores: otherCores(accept!),
  };
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const harness = await openHarness(world, [hotWares]);
  try {
    const result = await runPaired(harness, world, {
      arms: (round, connections) => armsOf(world, round, connections),
      figures: figuresOfRound,
    });
    return {
      ...result,
      notes: [
        ...pairedNotes(world.options, result.answers),
        `${SHOPPERS} shoppers in random order, without a limit; one token each that the api ` +
          `knows, a fresh key per request; BACKLOG_LIMIT ${BACKLOG_LIMIT}`,
        'accept: the worker is paused (SIGSTOP); afterwards it settles everything before the audit',
      ],
    };
  } finally {
    await harness.stop();
  }
}

export const hotOffer: Scenario = {
  name: 'hot-offer',
  describe: 'purchases of one offer over HTTP, interleaved with a bare Fastify echo',
  legend: hotOfferLegend,
  run,
};
