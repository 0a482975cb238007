import { acceptArm, echoArm, newTokensArm, soldOutArm, warmTokens, wholeArm } from './arms.ts';
import type { ArmOptions, ArmResult } from './arms.ts';
import { figuresOf } from './figures.ts';
import { BACKLOG_LIMIT, openHall, SHOPPERS } from './hall.ts';
import type { Hall } from './hall.ts';
import { hotOfferLegend } from './hot-offer-legend.ts';
import { total } from './measured-rush.ts';
import { expectSameLength } from './same-length.ts';
import type { BenchResult, BenchWorld, Scenario } from './scenario.ts';

type Arm = (hall: Hall, options: ArmOptions) => Promise<ArmResult>;

/** An arm with the echo right before and right after it: what it is compared with. */
interface Paired extends ArmResult {
  readonly echoes: readonly [ArmResult, ArmResult];
}
type Results = Record<string, Paired>;

const ARMS: Record<string, Arm> = { accept: acceptArm, soldOut: soldOutArm, whole: wholeArm };

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const echoRate = ({ echoes }: Paired): number => mean(echoes.map(({ perSecond }) => perSecond));
const echoCpu = ({ echoes }: Paired): number => mean(echoes.map((one) => one.cpuMicros['echo']!));

const rateRatio = (arm: Paired): number => arm.perSecond / echoRate(arm);
const cpuRatio = (arm: Paired): number => arm.cpuMicros['api']! / echoCpu(arm);

/** Figures of one round at one number of connections, by name. */
function figuresOfRound(results: Results, connections: number): Record<string, number> {
  const { accept, soldOut, whole, newTokens } = results as Record<string, Paired>;
  const all = Object.values(results);
  const named: Record<string, number | undefined> = {
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
    otherCores: mean([accept!, ...accept!.echoes].map(({ rushed }) => rushed.otherCores)),
  };
  const known = Object.entries(named).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [`${name}${connections}`, value!]));
}

/** Arms in an order that turns with the round; the new tokens last, for they push others out. */
function armsOf({ options }: BenchWorld, round: number, connections: number) {
  const arms = Object.entries(ARMS);
  const from = round % arms.length;
  const turned = [...arms.slice(from), ...arms.slice(0, from)];
  if (connections < Math.max(...options.connections)) return turned;
  const newTokens: Arm = (hall, wanted) => newTokensArm(hall, wanted, round);
  return [...turned, ['newTokens', newTokens] as const];
}

async function roundAt(
  hall: Hall,
  world: BenchWorld,
  { round, connections }: { round: number; connections: number },
): Promise<Results> {
  const wanted = { seconds: world.options.seconds, connections };
  const results: Results = {};
  await warmTokens(hall, connections);
  let before = await echoArm(hall, wanted);
  for (const [name, arm] of armsOf(world, round, connections)) {
    const result = await arm(hall, wanted);
    const after = await echoArm(hall, wanted);
    results[name] = { ...result, echoes: [before, after] };
    before = after;
    const [rate, ratio] = [Math.round(result.perSecond), rateRatio(results[name]).toFixed(2)];
    world.say(`round ${round} · ${connections} connections · ${name} ${rate}/s, ÷ echo ${ratio}`);
  }
  return results;
}

function addAnswers(answers: Record<string, Record<string, number>>, results: Results): void {
  const echoes = Object.values(results).map(({ echoes: [, after] }) => ['echo', after] as const);
  for (const [arm, { rushed }] of [...Object.entries(results), ...echoes]) {
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
  await expectSameLength(hall);
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
    notes: [
      `each arm ${seconds} s after a warm-up of 1 s, an echo right before and after it to ` +
        `compare with; ${sent} answers in all`,
      'the client is autocannon in a process of its own and journals every request and answer',
      `${SHOPPERS} shoppers in random order, a warm token each, a fresh key a request, no limit; ` +
        `BACKLOG_LIMIT ${BACKLOG_LIMIT}`,
      'accept: the worker stands still (SIGSTOP), afterwards it settles all before the audit',
      'echo: a bare Fastify process with the same schemas, sent the same bytes, no token check',
    ],
  };
}

async function run(world: BenchWorld): Promise<BenchResult> {
  const hall = await openHall(world);
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
