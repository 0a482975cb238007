import Table from 'cli-table3';
import type { DemoResult } from './run.ts';

/** Answers that a rush may get; any other is a fault of ours. */
const EXPECTED = ['placed', 'replayed', 'sold_out', 'limit_reached', 'busy', 'cut'];
const EXAMPLES = 5;

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const times = (one: { p50Ms: number; p99Ms: number } | null): string =>
  one ? `p50 ${ms(one.p50Ms)} · p99 ${ms(one.p99Ms)}` : 'none';

function killRows({ kill }: DemoResult): [string, string][] {
  if (kill === null) return [];
  if (typeof kill === 'string') return [['kill', kill]];
  const { victim, acknowledged, unsettled, soldShare, awayMs } = kill;
  return [
    [`kill -9 ${victim}`, `at ${Math.round(soldShare * 100)} % of the units · away ${ms(awayMs)}`],
    ['  acknowledged then', String(acknowledged)],
    ['  of them unsettled', String(unsettled)],
  ];
}

/** A small table for people: answers by kind, speed, lag, and what the kill met. */
export function tableOf(result: DemoResult): string {
  const { rush, verdict, settleLag, quietAfterMs } = result;
  const { answers, measured, sellingSeconds, unfinished } = rush;
  const placed = answers['placed'] ?? 0;
  const kinds = Object.entries(answers).toSorted(([, a], [, b]) => b - a);
  const perSecond = Math.round(placed / Math.max(sellingSeconds, 0.001));
  const selling = `${sellingSeconds.toFixed(2)} s · ${perSecond.toLocaleString('en')} orders/s`;
  const answered = Object.values(measured.answers).reduce((sum, count) => sum + count, 0);
  const all = `${measured.seconds.toFixed(1)} s · ${Math.round(answered / measured.seconds)}/s`;
  const table = new Table({ style: { head: [], border: [], compact: true } });
  table.push(
    ...kinds.map(([kind, count]) => [`answered ${kind}`, String(count)]),
    ['selling', selling],
    ['all answers', all],
    ['answer', times(measured)],
    ['settle lag', `${times(settleLag)} · quiet after ${ms(quietAfterMs)}`],
    ...killRows(result),
  );
  if (unfinished > 0) table.push(['never answered', String(unfinished)]);
  if (verdict.unrequested > 0) table.push(['in the ledger unasked', String(verdict.unrequested)]);
  return table.toString();
}

/** What is wrong beside the last line, in words. */
export function faultsOf({ rush, verdict, brokenPromises, kill }: DemoResult): string[] {
  const strange = Object.keys(rush.answers).filter((kind) => !EXPECTED.includes(kind));
  const faults = strange.map((kind) => `answered ${kind} ${rush.answers[kind]} times`);
  if (rush.unfinished > 0) faults.push(`${rush.unfinished} requests were never answered`);
  if (verdict.unrequested > 0) faults.push(`${verdict.unrequested} orders nobody asked for`);
  if (typeof kill === 'string') faults.push(kill);
  else if (kill && kill.victim !== 'api' && kill.unsettled === 0) {
    faults.push('nothing was unsettled at the kill, so it proves nothing');
  }
  const broken = brokenPromises.slice(0, EXAMPLES).map((promise) => JSON.stringify(promise));
  return [...faults, ...verdict.examples, ...broken];
}

/** Begins the same whatever came of it; the figures are the checker's, and the auditor's last. */
export function lastLine({ verdict, brokenPromises }: DemoResult): string {
  const { sold, cap, oversold, undersold, lost, duplicate } = verdict;
  return (
    `sold ${sold} of ${cap} · oversold ${oversold} · undersold ${undersold} · lost ${lost} · ` +
    `duplicate ${duplicate} · broken promises ${brokenPromises.length}`
  );
}

/** True when everything was sold, once, to who asked for it, and nothing else is wrong. */
export function isSound(result: DemoResult): boolean {
  const { sold, cap, oversold, undersold, lost, duplicate } = result.verdict;
  const wrong = oversold + undersold + lost + duplicate + result.brokenPromises.length;
  return sold === cap && wrong === 0 && faultsOf(result).length === 0;
}
