import Table from 'cli-table3';
import type { MachineFacts } from './machine-facts.ts';
import type { BenchResult, Scenario } from './scenario.ts';

type Say = (line: string) => void;

const LARGE = 1_000;

/** Shows two digits after the point for a ratio, none for a large figure, else one. */
function shown(value: number, unit: string): string {
  if (unit === 'ratio') return value.toFixed(2);
  if (value >= LARGE) return Math.round(value).toLocaleString('en');
  return value.toFixed(1);
}

export function printMachine(machine: MachineFacts, say: Say): void {
  const { cpu, cores, memoryGib, node, redis, postgres } = machine;
  say(`machine  ${cpu}, ${cores} cores, ${memoryGib} GiB`);
  say(`versions Node ${node} · Redis ${redis} · Postgres ${postgres}`);
}

/** The number at the end of a figure's name. */
const numberOf = (name: string): number => Number(/\d*$/.exec(name)![0]);

/** Prints a row per figure: min, median and max over the rounds. */
export function printFigures(
  { legend }: Scenario,
  { figures, rounds }: Omit<BenchResult, 'notes'>,
  say: Say,
) {
  const head = ['figure', 'min', 'median', 'max', 'unit', 'means'];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  const byNumber = Object.entries(figures).toSorted(([a], [b]) => numberOf(a) - numberOf(b));
  for (const [name, { unit, means }] of Object.entries(legend)) {
    for (const [found, { min, median, max }] of byNumber) {
      if (found !== name && found.replace(/\d+$/, '') !== name) continue;
      table.push([found, ...[min, median, max].map((value) => shown(value, unit)), unit, means]);
    }
  }
  say(`${table.toString()}\n${rounds.length} rounds`);
}
