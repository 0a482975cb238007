import {
  acceptArm,
  clientShare,
  echoArm,
  newTokensArm,
  soldOutArm,
  warmTokens,
  wholeArm,
} from './arms.ts';
import type { ArmOptions, ArmResult } from './arms.ts';
import { figuresOf } from './figures.ts';
import { BACKLOG_LIMIT, openHall, SHOPPERS } from './hall.ts';
import type { Hall } from './hall.ts';
import { hotOfferLegend } from './hot-offer-legend.ts';
import { total } from './measured-rush.ts';
import type { BenchResult, BenchWorld, Scenario } from './scenario.ts';

type Arm = (hall: Hall, options: ArmOptions) => Promise<ArmResult>;
type Results = Record<string, ArmResult>;

const ARMS: Record<string, Arm> = {
  echo: echoArm,
  accept: acceptArm,
  soldOut: soldOutArm,
  whole: wholeArm,
};

/** Figures of one round at one number of connections, by name. */
function figuresOfRound(results: Results, connections: number): Record<string, number> {
  const { echo, accept, soldOut, whole, newTokens } = results as Record<string, ArmResult>;
  const echoed = echo!;
  const named: Record<string, number | undefined> = {
    acceptRatio: accept!.perSecond / echoed.perSecond,
    soldOutRatio: soldOut!.perSecond / echoed.perSecond,
    wholeRatio: whole!.perSecond / echoed.perSecond,
    apiCpuRatio: accept!.cpuMicros['api']! / echoed.cpuMicros['echo']!,
    acceptNewTokensRatio: newTokens && newTokens.perSecond / echoed.perSecond,
    apiCpuNewTokensRatio: newTokens && newTokens.cpuMicros['api']! / echoed.cpuMicros['echo']!,
    echoPerSecond: echoed.perSecond,
    acceptPerSecond: accept!.perSecond,
    soldOutPerSecond: soldOut!.perSecond,
    wholeSettledPerSecond: whole!.perSecond,
    wholeAcceptedPerSecond: whole!.rushed.perSecond,
    echoCpuMicros: echoed.cpuMicros['echo'],
    acceptApiCpuMicros: accept!.cpuMicros['api'],
    acceptRedisCpuMicros: accept!.cpuMicros['redis'],
    soldOutApiCpuMicros: soldOut!.cpuMicros['api'],
    soldOutRedisCpuMicros: soldOut!.cpuMicros['redis'],
    wholeApiCpuMicros: whole!.cpuMicros['api'],
    wholeRedisCpuMicros: whole!.cpuMicros['redis'],
    wholeWorkerCpuMicros: whole!.cpuMicros['worker'],
    wholePostgresCpuMicros: whole!.cpuMicros['postgres'],
    redisScriptMicros: accept!.script!.micros,
    purchasesPerCall: accept!.script!.batch,
    acceptP99Ms: accept!.rushed.report.measured.p99Ms,
    echoClientShare: clientShare(echoed.rushed),
    acceptClientShare: clientShare(accept!.rushed),
  };
  const known = Object.entries(named).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [`${name}${connections}`, value!]));
}

/** Arms in an order that turns with the round; the new tokens last, for they push others out. */
async function roundAt(
  hall: Hall,
  world: BenchWorld,
  { round, connections }: { round: number; connections: number },
): Promise<Results> {
  const { seconds } = world.options;
  const names = Object.keys(ARMS);
  const from = round % names.length;
  const results: Results = {};
  const note = (name: string, { perSecond }: ArmResult) =>
    world.say(`round ${round} · ${connections} · ${name} ${Math.round(perSecond)}/s`);
  await warmTokens(hall, connections);
  for (const name of [...names.slice(from), ...names.slice(0, from)]) {
    results[name] = await ARMS[name]!(hall, { seconds, connections });
    note(name, results[name]);
  }
  if (connections === Math.max(...world.options.connections)) {
    results['newTokens'] = await newTokensArm(hall, { seconds, connections }, round);
    note('newTokens', results['newTokens']);
  }
  return results;
}

function addAnswers(answers: Record<string, Record<string, number>>, results: Results): void {
  for (const [arm, { rushed }] of Object.entries(results)) {
    const sums = (answers[arm] ??= {});
    for (const [kind, count] of Object.entries(rushed.report.answers)) {
      sums[kind] = (sums[kind] ?? 0) + count;
    }
  }
}

async function runRounds(hall: Hall, world: BenchWorld): Promise<BenchResult> {
  const { rounds: count, connections: all, seconds } = world.options;
  const rounds: Record<string, number>[] = [];
  const answers: Record<string, Record<string, number>> = {};
  world.say('warming up');
  await echoArm(hall, { seconds: 1, connections: all[0]! });
  await acceptArm(hall, { seconds: 1, connections: all[0]! });
  for (let round = 1; round <= count; round++) {
    const figures: Record<string, number> = {};
    for (const connections of all) {
      const results = await roundAt(hall, world, { round, connections });
      addAnswers(answers, results);
      Object.assign(figures, figuresOfRound(results, connections));
    }
    rounds.push(figures);
  }
  const sent = Object.values(answers).reduce((sum, kinds) => sum + total(kinds), 0);
  return {
    rounds,
    figures: figuresOf(rounds),
    answers,
    audit: { brokenPromises: 0 },
    notes: [
      `each arm ${seconds} s after a warm-up of 1 s, in turn, ${sent} answers in all; the client ` +
        'is autocannon in a process of its own and journals every request and answer',
      `${SHOPPERS} shoppers in random order, a warm token each, a fresh key a request, no limit; ` +
        `BACKLOG_LIMIT ${BACKLOG_LIMIT}`,
      'accept: the worker stands still (SIGSTOP), afterwards it settles all before the audit',
      'echo: a bare Fastify process with the same schemas, sent the same bytes, no token check',
    ],
  };
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const hall = await openHall(world.servers);
  try {
    return await runRounds(hall, world);
  } finally {
    await hall.stop();
  }
}

export const hotOffer: Scenario = {
  name: 'hot-offer',
  describe: 'purchases of one offer over HTTP, interleaved with a bare Fastify JSON echo',
  legend: hotOfferLegend,
  run,
};
