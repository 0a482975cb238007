import { acceptArm, soldOutArm } from '../over-http/arms.ts';
import { claimWares } from './claim-wares.ts';
import { BACKLOG_LIMIT, openHarness } from '../over-http/open-harness.ts';
import {
  cpuRatio,
  echoCpu,
  echoRate,
  mean,
  otherCores,
  pairedNotes,
} from '../over-http/paired-with-echo.ts';
import { rateRatio, runPaired, turned } from '../over-http/paired-with-echo.ts';
import type { Arm, Paired, Results } from '../over-http/paired-with-echo.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { SHOPPERS } from '../over-http/wares.ts';

const ARMS: readonly Arm[] = [
  { name: 'claims', wares: claimWares, run: acceptArm },
  { name: 'soldOut', wares: claimWares, run: soldOutArm },
];

function figuresOfRound(results: Results): Record<string, number> {
  const { claims, soldOut } = results as Record<string, Paired>;
  const both = [claims!, soldOut!];
  return {
    claimsRatio: rateRatio(claims!),
    soldOutRatio: rateRatio(soldOut!),
    apiCpuRatio: cpuRatio(claims!),
    echoPerSecond: mean(both.map(echoRate)),
    claimsPerSecond: claims!.perSecond,
    soldOutPerSecond: soldOut!.perSecond,
    echoCpuMicros: mean(both.map(echoCpu)),
    claimsApiCpuMicros: claims!.cpuMicros['api']!,
    claimsRedisCpuMicros: claims!.cpuMicros['redis']!,
    claimsClientCpuMicros: claims!.cpuMicros['client']!,
    soldOutApiCpuMicros: soldOut!.cpuMicros['api']!,
    soldOutRedisCpuMicros: soldOut!.cpuMicros['redis']!,
    redisScriptMicros: claims!.script!.micros,
    claimsPerCall: claims!.script!.batch,
    claimsP99Ms: claims!.rushed.report.measured.p99Ms,
    otherCores: mean(both.map(otherCores)),
  };
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const harness = await openHarness(world, [claimWares]);
  try {
    const result = await runPaired(harness, world, {
      arms: (round) => turned(ARMS, round),
      figures: figuresOfRound,
    });
    return {
      ...result,
      notes: [
        ...pairedNotes(world.options, result.answers),
        `claims of one coupon by ${SHOPPERS} shoppers in random order, at most 64 each; one ` +
          `token each that the api knows, a fresh key per request; BACKLOG_LIMIT ${BACKLOG_LIMIT}`,
        'claims: the worker is paused (SIGSTOP); afterwards it settles everything before the audit',
      ],
    };
  } finally {
    await harness.stop();
  }
}

export const couponRush: Scenario = {
  name: 'coupon-rush',
  describe: 'claims of one coupon over HTTP, interleaved with a bare Fastify echo',
  legend: {
    claimsRatio: { unit: 'ratio', means: 'coupons claimed, worker paused ÷ echo' },
    soldOutRatio: { unit: 'ratio', means: 'answers "sold out" ÷ echo' },
    apiCpuRatio: { unit: 'ratio', means: 'api CPU per claim ÷ echo CPU per answer' },
    echoPerSecond: { unit: '/s', means: 'answers of the echo' },
    claimsPerSecond: { unit: '/s', means: 'coupons claimed, worker paused' },
    soldOutPerSecond: { unit: '/s', means: 'answers "sold out"' },
    echoCpuMicros: { unit: 'µs', means: 'echo CPU per answer' },
    claimsApiCpuMicros: { unit: 'µs', means: 'api CPU per claim' },
    claimsRedisCpuMicros: { unit: 'µs', means: 'Redis CPU per claim, AOF included' },
    claimsClientCpuMicros: { unit: 'µs', means: 'load client CPU per claim' },
    soldOutApiCpuMicros: { unit: 'µs', means: 'api CPU per answer "sold out"' },
    soldOutRedisCpuMicros: { unit: 'µs', means: 'Redis CPU per answer "sold out"' },
    redisScriptMicros: { unit: 'µs', means: 'script time per claim, INFO commandstats' },
    claimsPerCall: { unit: 'claims', means: 'mean number in one script call' },
    claimsP99Ms: { unit: 'ms', means: '99th percentile of the time to answer' },
    otherCores: { unit: 'cores', means: 'busy with other programs: above 0.3, measure again' },
  },
  run,
};
