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
        `claims of one coupon by ${SHOPPERS} shoppers in random order, at most 64 each, a warm ` +
          `token each, a fresh key a request; BACKLOG_LIMIT ${BACKLOG_LIMIT}`,
        'claims: the worker stands still (SIGSTOP), afterwards it settles all before the audit',
      ],
    };
  } finally {
    await harness.stop();
  }
}

export const couponRush: Scenario = {
  name: 'coupon-rush',
  describe: 'claims of one coupon over HTTP, interleaved with a bare Fastify JSON echo',
  legend: {
    claimsRatio: { unit: 'ratio', means: 'coupons claimed, worker paused ÷ echo' },
    soldOutRatio: { unit: 'ratio', means: 'sold out answered ÷ echo' },
    apiCpuRatio: { unit: 'ratio', means: 'CPU of the api a claim ÷ of the echo an answer' },
    echoPerSecond: { unit: '/s', means: 'echo' },
    claimsPerSecond: { unit: '/s', means: 'coupons claimed, worker paused' },
    soldOutPerSecond: { unit: '/s', means: 'sold out answered' },
    echoCpuMicros: { unit: 'µs', means: 'CPU of the echo an answer' },
    claimsApiCpuMicros: { unit: 'µs', means: 'CPU of the api a claim' },
    claimsRedisCpuMicros: { unit: 'µs', means: 'CPU of Redis a claim, AOF too' },
    claimsClientCpuMicros: { unit: 'µs', means: 'CPU of the load client a claim' },
    soldOutApiCpuMicros: { unit: 'µs', means: 'CPU of the api an answer sold out' },
    soldOutRedisCpuMicros: { unit: 'µs', means: 'CPU of Redis an answer sold out' },
    redisScriptMicros: { unit: 'µs', means: 'Redis a claim by INFO commandstats' },
    claimsPerCall: { unit: 'claims', means: 'batch size that occurred' },
    claimsP99Ms: { unit: 'ms', means: '99th percentile of the answer' },
    otherCores: { unit: 'cores', means: 'busy with what is not ours: above 0.3, measure again' },
  },
  run,
};
