import Table from 'cli-table3';
import { openHarness } from '../over-http/open-harness.ts';
import { hotWares } from '../over-http/hot-wares.ts';
import { figuresOf } from '../run/round-figures.ts';
import type { Figures } from '../run/round-figures.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchResult, BenchWorld, Scenario } from '../run/scenario.ts';
import { attackKinds } from './attack-kinds.ts';
import type { AttackKind } from './attack-kinds.ts';
import { brokenBounds, compare, costOfTry, FLOOR_MS, LEAST_RATE, MOST_DELAY } from './judge.ts';
import { runPhase } from './phase.ts';
import type { Phase, PhaseOptions } from './phase.ts';
import { capacityOf, openStage, planOf } from './stage.ts';
import type { Stage } from './stage.ts';

/** Honest shoppers order this share of what the machine can sell: it has room to spare. */
const HONEST_SHARE = 0.2;
/** And no more than this a second: client and attackers need CPU of the same machine. */
const HONEST_MOST = 1_500;
/** No shopper may have more unpaid orders, and each phase has a sale of its own. */
const ORDERS_EACH_MOST = 60;

/** The phases of one kind of attack; calm is right before. */
interface Phases {
  readonly calm: Phase;
  readonly control: Phase;
  readonly attack: Phase;
}

function figuresOfKind({ calm, control, attack }: Phases): Record<string, number> {
  const [fair, plain] = [compare(attack, control), compare(attack, calm)];
  const { span } = attack.attack!;
  return {
    Rate: fair.rateRatio,
    P99: fair.p99Ratio,
    RateToCalm: plain.rateRatio,
    P99ToCalm: plain.p99Ratio,
    AcceptedPerSecond: attack.acceptedPerSecond,
    P50Ms: attack.p50Ms,
    P99Ms: attack.p99Ms,
    CalmP99Ms: calm.p99Ms,
    ControlAcceptedPerSecond: control.acceptedPerSecond,
    ControlP50Ms: control.p50Ms,
    ControlP99Ms: control.p99Ms,
    TriesPerSecond: span.tries / attack.seconds,
    ControlTriesPerSecond: control.attack!.span.tries / control.seconds,
    TryApiMicros: costOfTry(attack, control, span),
    MemoryBeforeMib: attack.apiMemory.before,
    MemoryPeakMib: attack.apiMemory.peak,
    MemoryAfterMib: attack.apiMemory.after,
  };
}

async function runKind(stage: Stage, options: PhaseOptions, kind: AttackKind): Promise<Phases> {
  const { harness, dummyUrl } = stage;
  const floodOf = (url: string) => (sale: string) => planOf(stage, kind, { url, sale });
  const calm = await runPhase(harness, options, null);
  const control = await runPhase(harness, options, floodOf(dummyUrl));
  const attack = await runPhase(harness, options, floodOf(harness.api.url));
  return { calm, control, attack };
}

type Answers = Record<string, Record<string, number>>;

function addTo(answers: Answers, name: string, got: Readonly<Record<string, number>>): void {
  const sums = (answers[name] ??= {});
  for (const [kind, count] of Object.entries(got)) sums[kind] = (sums[kind] ?? 0) + count;
}

const shown = (got: Readonly<Record<string, number>>): string =>
  Object.entries(got)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ');

function tableOf(figures: Figures, kinds: readonly AttackKind[]): string {
  const columns = {
    Rate: ['rate', 2],
    P99: ['p99', 2],
    AcceptedPerSecond: ['accepted/s', 0],
    P50Ms: ['p50 ms', 1],
    P99Ms: ['p99 ms', 1],
    ControlP99Ms: ['control', 1],
    CalmP99Ms: ['calm', 1],
    TriesPerSecond: ['tries/s', 0],
    TryApiMicros: ['api µs/try', 0],
    MemoryBeforeMib: ['MiB', 0],
    MemoryPeakMib: ['peak', 0],
    MemoryAfterMib: ['after', 0],
  } as const;
  const head = ['attack', ...Object.values(columns).map(([title]) => title)];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const { name } of kinds) {
    const cells = Object.entries(columns).map(([column, [, digits]]) =>
      figures[`${name}${column}`]!.median.toFixed(digits),
    );
    table.push([name, ...cells]);
  }
  return table.toString();
}

/** @throws NoNumber unless every shopper stays below the most unpaid orders in a phase */
function optionsOf({ options }: BenchWorld, { tokensFile }: Stage, capacity: number): PhaseOptions {
  const shoppers = Math.max(...options.connections);
  const ordersPerSecond = Math.round(Math.min(HONEST_MOST, capacity * HONEST_SHARE));
  const each = (ordersPerSecond * (options.seconds + 1)) / shoppers;
  if (each > ORDERS_EACH_MOST) {
    throw new NoNumber(`${Math.ceil(each)} orders each are too many; ask for fewer seconds`);
  }
  return { seconds: options.seconds, shoppers, ordersPerSecond, tokensFile };
}

async function runRounds(stage: Stage, world: BenchWorld): Promise<BenchResult> {
  const { options: wanted, say } = world;
  const kinds = attackKinds.filter(({ name }) => wanted.only?.includes(name) ?? true);
  const capacity = await capacityOf(stage.harness, wanted.seconds);
  const options = optionsOf(world, stage, capacity);
  say(`${Math.round(capacity)} a second sell; honest shoppers order ${options.ordersPerSecond}`);
  const rounds: Record<string, number>[] = [];
  const answers: Answers = {};
  for (let round = 1; round <= wanted.rounds; round++) {
    const figures: Record<string, number> = {};
    for (const kind of kinds) {
      const phases = await runKind(stage, options, kind);
      const found = Object.entries(figuresOfKind(phases));
      for (const [name, value] of found) figures[`${kind.name}${name}`] = value;
      const { attack } = phases;
      addTo(answers, `${kind.name}: honest`, attack.answers);
      addTo(answers, `${kind.name}: attackers`, attack.attack!.got);
      say(
        `round ${round} · ${kind.name}: attackers got ${shown(attack.attack!.got)}; ` +
          `honest shoppers ${shown(attack.answers)}`,
      );
    }
    rounds.push(figures);
  }
  await stage.audit();
  const figures = figuresOf(rounds);
  say(tableOf(figures, kinds));
  const median = (name: string) => figures[name]!.median;
  const broken = kinds.flatMap(({ name }) =>
    brokenBounds(name, { rateRatio: median(`${name}Rate`), p99Ratio: median(`${name}P99`) }),
  );
  const notes = notesOf(options, capacity, kinds);
  return { rounds, figures, answers, notes, broken };
}

const notesOf = (
  { shoppers, ordersPerSecond, seconds }: PhaseOptions,
  capacity: number,
  kinds: readonly AttackKind[],
): string[] => [
  `${shoppers} honest shoppers order ${ordersPerSecond} a second together, whether or not they ` +
    `are answered; ${Math.round(capacity)} a second is what the machine can sell`,
  `each attack: ${seconds} s of calm, of a flood on a dummy that refuses at once (the control), ` +
    'and of the same flood on the api, each in a sale of its own',
  `rate and p99: attack ÷ control; at least ${LEAST_RATE}, at most ${MOST_DELAY}; a control ` +
    `below ${FLOOR_MS} ms counts as ${FLOOR_MS} ms`,
  'api µs/try: api CPU beyond that of the honest orders ÷ answers to attackers',
  ...kinds.map(({ name, means }) => `${name}: ${means}`),
];

async function run(world: BenchWorld): Promise<BenchResult> {
  const harness = await openHarness(world, [hotWares]);
  try {
    const stage = await openStage(harness, Math.max(...world.options.connections), world.say);
    return await runRounds(stage, world).finally(() => stage.stop());
  } finally {
    await harness.stop();
  }
}

const ratio = (means: string) => ({ unit: 'ratio', means });

export const abuse: Scenario = {
  name: 'abuse',
  describe: 'floods of costly requests, while honest shoppers buy at a steady rate',
  parts: attackKinds.map(({ name }) => name),
  defaults: { rounds: 1, seconds: 4, connections: [1_000] },
  legend: Object.fromEntries(
    attackKinds.flatMap(({ name }) => [
      [`${name}Rate`, ratio(`purchases under ${name} ÷ control; at least ${LEAST_RATE}`)],
      [`${name}P99`, ratio(`their p99 ÷ control's; at most ${MOST_DELAY}`)],
    ]),
  ),
  run,
};
