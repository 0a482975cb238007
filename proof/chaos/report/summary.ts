import Table from 'cli-table3';
import { textOf } from '../episode/deal-rounds.ts';
import type { EpisodeResult } from '../episode/run-episode.ts';
import type { RoundResult } from '../episode/run-round.ts';
import type { Fault } from '../faults/fault.ts';

const SECOND_MS = 1_000;
/** Lines shown of each kind of fault of one world; its folder has the rest. */
const SHOWN = 3;

const seconds = (ms: number | null | undefined): string =>
  ms === null || ms === undefined ? '–' : `${(ms / SECOND_MS).toFixed(1)} s`;

/** The smallest value that this share of the sorted values does not exceed. */
const quantile = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];

/** The line that runs a world again. */
export const replayLine = ({ plan }: Pick<EpisodeResult, 'plan'>): string =>
  `npm run chaos -- --seeds 1 --seed ${plan.seed} --faults ${textOf(plan.rounds)}`;

/** Some faults of each kind: a kind is the word that a fault begins with. */
function examplesOf(wrong: readonly string[]): string[] {
  const kinds = Map.groupBy(wrong, (one) => one.split(':')[0]!);
  return [...kinds].flatMap(([kind, list]) => {
    const more = list.length - SHOWN;
    const rest = more > 0 ? [`${kind}: and ${more} more`] : [];
    return [...list.slice(0, SHOWN), ...rest];
  });
}

/** Says what is wrong with a world, where its files are, and how to run it again. */
export function failureLines(result: EpisodeResult, folder: string): string[] {
  const { wrong, plan } = result;
  return [
    `world ${plan.seed}: ${wrong.length} faults`,
    ...examplesOf(wrong).map((line) => `  ${line}`),
    `  logs and journals: ${folder}`,
    `  again: ${replayLine(result)}`,
  ];
}

interface Figures {
  readonly rounds: readonly RoundResult[];
  readonly firstMs: readonly number[];
  readonly expiryMs: number | null;
  readonly captureMs: number | null;
}

const most = (list: readonly (number | null)[]): number | null => {
  const known = list.filter((one) => one !== null);
  return known.length === 0 ? null : Math.max(...known);
};

function figuresOf(rounds: readonly RoundResult[]): Figures {
  const first = rounds.flatMap(({ firstOrdersMs }) => firstOrdersMs);
  return {
    rounds,
    firstMs: first.filter((ms) => ms !== null).toSorted((one, other) => one - other),
    expiryMs: most(rounds.map(({ chores }) => chores.expiryMs)),
    captureMs: most(rounds.map(({ chores }) => chores.captureMs)),
  };
}

function row(name: string, { rounds, firstMs, expiryMs, captureMs }: Figures): string[] {
  const alone = rounds.filter(({ faults }) => faults.length === 1).length;
  return [
    name,
    String(alone),
    String(rounds.length - alone),
    seconds(quantile(firstMs, 0.5)),
    seconds(quantile(firstMs, 0.99)),
    seconds(firstMs.at(-1)),
    seconds(expiryMs),
    seconds(captureMs),
    seconds(most(rounds.map(({ quietMs }) => quietMs))),
  ];
}

const HEAD = [
  ...['fault', 'alone', 'in pairs', 'first order p50', 'p99', 'max'],
  ...['latest expiry', 'latest capture', 'quiet'],
];

/** Shows for each fault and group how soon cells sold and chores ran after it had ended. */
export function faultTable(results: readonly EpisodeResult[], catalogue: readonly Fault[]): string {
  const rounds = results.flatMap((result) => result.rounds);
  const withAny = (names: ReadonlySet<string>) =>
    figuresOf(rounds.filter(({ faults }) => faults.some((name) => names.has(name))));
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  for (const [group, faults] of Map.groupBy(catalogue, (fault) => fault.group)) {
    const all = withAny(new Set(faults.map(({ name }) => name)));
    if (all.rounds.length === 0) continue;
    table.push(row(group, all));
    for (const { name } of faults) {
      const figures = withAny(new Set([name]));
      if (figures.rounds.length > 0) table.push(row(`  ${name}`, figures));
    }
  }
  table.push(row('all', figuresOf(rounds)));
  return table.toString();
}

/** The last line: what was checked, or what failed. */
export function lastLine(results: readonly EpisodeResult[]): string {
  const failed = results.filter(({ wrong }) => wrong.length > 0);
  const lost = results.reduce((sum, result) => sum + result.lost, 0);
  const orders = results.reduce((sum, result) => sum + result.orders, 0);
  const about = `${results.length} seeds`;
  if (failed.length > 0) {
    const seeds = failed.map(({ plan }) => plan.seed);
    return `${about}: ${failed.length} failed (${seeds.join(', ')}) · lost ${lost}`;
  }
  const losses = lost === 0 ? 'nothing lost' : `only double faults lost, ${lost} orders, each said`;
  return `${about}: ${losses}, no hang, no standstill · ${orders} orders`;
}
