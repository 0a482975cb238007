import { acceptArm, askArm, echoArm, warmTokens } from './arms.ts';
import type { ArmOptions, ArmResult } from './arms.ts';
import { figuresOf } from '../run/round-figures.ts';
import type { Harness } from './harness.ts';
import { total } from './measured-rush.ts';
import { expectSameLength } from './sample-answers.ts';
import type { BenchResult, BenchWorld } from '../run/scenario.ts';
import type { Wares } from './wares.ts';

/** A measurement that is compared with the echo, which gets the same requests. */
export interface Arm {
  readonly name: string;
  readonly wares: Wares;
  readonly run: (harness: Harness, wares: Wares, options: ArmOptions) => Promise<ArmResult>;
}

/** The result of an arm, and those of the echo right before and right after it. */
export interface Paired extends ArmResult {
  readonly echoes: readonly [ArmResult, ArmResult];
}
/** The results of one round at one number of connections, by the arm's name. */
export type Results = Readonly<Record<string, Paired>>;

/** What a scenario of arms and echoes does in each round. */
export interface PairedPlan {
  /** The arms, in the order to run them. */
  arms(round: number, connections: number): readonly Arm[];
  /** Figures by name, without the number of connections. Undefined ones are left out. */
  figures(results: Results): Readonly<Record<string, number | undefined>>;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
export const echoRate = ({ echoes }: Paired): number =>
  mean(echoes.map(({ perSecond }) => perSecond));
export const echoCpu = ({ echoes }: Paired): number =>
  mean(echoes.map((one) => one.cpuMicros['echo']!));

export const rateRatio = (arm: Paired): number => arm.perSecond / echoRate(arm);
export const cpuRatio = (arm: Paired): number => arm.cpuMicros['api']! / echoCpu(arm);

/** Cores busy with other programs, as the mean over an arm and its echoes. */
export const otherCores = (arm: Paired): number =>
  mean([arm, ...arm.echoes].map(({ rushed }) => rushed.otherCores));

/** Rotates a list by a round's number, so that each round begins with the next arm. */
export const turned = <Item>(list: readonly Item[], by: number): Item[] => {
  const from = by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
};

interface Echo {
  readonly wares: Wares;
  readonly result: ArmResult;
}

async function roundAt(
  harness: Harness,
  world: BenchWorld,
  plan: PairedPlan,
  { round, connections }: { readonly round: number; readonly connections: number },
): Promise<Results> {
  const wanted = { seconds: world.options.seconds, connections };
  const results: Record<string, Paired> = {};
  await warmTokens(harness, connections);
  let last: Echo | null = null;
  for (const { name, wares, run } of plan.arms(round, connections)) {
    // If two arms send the same requests, the echo between them counts for both.
    const before: ArmResult =
      last?.wares === wares ? last.result : await echoArm(harness, wares, wanted);
    const result = await run(harness, wares, wanted);
    const after = await echoArm(harness, wares, wanted);
    last = { wares, result: after };
    results[name] = { ...result, echoes: [before, after] };
    const [rate, ratio] = [Math.round(result.perSecond), rateRatio(results[name]).toFixed(2)];
    world.say(`round ${round} · ${connections} connections · ${name} ${rate}/s, ÷ echo ${ratio}`);
  }
  return results;
}

type Answers = Record<string, Record<string, number>>;

function addAnswers(answers: Answers, results: Results): void {
  const echoes = Object.values(results).map(({ echoes: [, after] }) => ['echo', after] as const);
  for (const [arm, { rushed }] of [...Object.entries(results), ...echoes]) {
    const sums = (answers[arm] ??= {});
    for (const [kind, count] of Object.entries(rushed.report.answers)) {
      sums[kind] = (sums[kind] ?? 0) + count;
    }
  }
}

function withConnections(
  figures: Readonly<Record<string, number | undefined>>,
  connections: number,
): Record<string, number> {
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [`${name}${connections}`, value!]));
}

async function warmUp(
  harness: Harness,
  wares: readonly Wares[],
  connections: number,
): Promise<void> {
  const options = { seconds: 1, connections };
  for (const one of wares) {
    await expectSameLength(harness, one);
    await echoArm(harness, one, options);
    await (one.route === 'quotes' ? askArm : acceptArm)(harness, one, options);
  }
}

/** Runs the rounds. At each number of connections, arms and echoes take turns. */
export async function runPaired(
  harness: Harness,
  world: BenchWorld,
  plan: PairedPlan,
): Promise<Omit<BenchResult, 'notes'>> {
  const { rounds: count, connections: all } = world.options;
  const rounds: Record<string, number>[] = [];
  const answers: Answers = {};
  world.say('warming up');
  await warmUp(harness, [...new Set(plan.arms(0, all[0]!).map(({ wares }) => wares))], all[0]!);
  for (let round = 1; round <= count; round++) {
    const figures: Record<string, number> = {};
    for (const connections of all) {
      const results = await roundAt(harness, world, plan, { round, connections });
      addAnswers(answers, results);
      Object.assign(figures, withConnections(plan.figures(results), connections));
    }
    rounds.push(figures);
  }
  return { rounds, figures: figuresOf(rounds), answers };
}

/** What a reader of the figures must know about any run with echoes. */
export function pairedNotes(
  { seconds }: BenchWorld['options'],
  answers: BenchResult['answers'],
): string[] {
  const sent = Object.values(answers).reduce((sum, kinds) => sum + total(kinds), 0);
  return [
    `each arm runs ${seconds} s after a warm-up of 1 s and is compared with the echo right ` +
      `before and right after it; ${sent} answers in all`,
    'the client is autocannon in a separate process, and journals every request and answer',
    'echo: a bare Fastify process with the same schemas and requests, without a token check',
  ];
}
