import Table from 'cli-table3';
import type { RushReport } from '../crowd/rush-plan.ts';
import type { LoadOptions } from './options.ts';

const PERCENT = 100;
/**
 * Answers to a shopper who buys. Every other one is a fault: of the service, such as a connection
 * that it cut, or of the load, such as a token that it refuses.
 */
const EXPECTED: ReadonlySet<string> = new Set([
  ...['placed', 'replayed', 'sold_out', 'limit_reached', 'busy', 'rate_limited'],
  ...['sale_not_open', 'sale_paused', 'sale_over'],
]);

type Thresholds = Pick<LoadOptions, 'minRate' | 'maxP99' | 'maxBusy'>;

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

/** Orders a second in the measured span. */
export const rateOf = ({ measured }: RushReport): number =>
  measured.seconds > 0 ? (measured.answers['placed'] ?? 0) / measured.seconds : 0;

/** What is wrong with a run, a sentence each; empty: nothing. */
export function faultsOf(report: RushReport, thresholds: Thresholds): string[] {
  const { minRate, maxP99, maxBusy } = thresholds;
  const { measured, answers } = report;
  const faults = Object.entries(answers)
    .filter(([kind]) => !EXPECTED.has(kind))
    .map(([kind, count]) => `${count} answers were ${kind}`);
  const total = sum(Object.values(measured.answers));
  if (total === 0) return [...faults, 'nothing was answered in the measured span'];
  const rate = rateOf(report);
  if (minRate !== undefined && rate < minRate) {
    faults.push(`${rate.toFixed(0)} orders a second are fewer than ${minRate}`);
  }
  if (maxP99 !== undefined && measured.p99Ms > maxP99) {
    const ms = measured.p99Ms.toFixed(0);
    faults.push(`1 % of the answers took longer than ${ms} ms, and ${maxP99} ms is the most`);
  }
  const busy = (PERCENT * (measured.answers['busy'] ?? 0)) / total;
  if (maxBusy !== undefined && busy > maxBusy) {
    faults.push(`${busy.toFixed(1)} % of the answers were busy, and ${maxBusy} % is the most`);
  }
  return faults;
}

/** The answers of the measured span by kind, the most frequent first. */
export function tableOf({ measured }: RushReport): string {
  const table = new Table({ head: ['answer', 'count', 'share'], style: { head: [], border: [] } });
  const total = sum(Object.values(measured.answers));
  const kinds = Object.entries(measured.answers).toSorted(([, a], [, b]) => b - a);
  for (const [kind, count] of kinds) {
    table.push([kind, count, `${((PERCENT * count) / total).toFixed(1)} %`]);
  }
  return table.toString();
}
