import Table from 'cli-table3';
import { lostInRow } from '../kills/said-losses.ts';
import type { CartsResult } from './carts.ts';
import type { FlashResult } from './flash.ts';
import type { LivesResult } from './lives.ts';

/** The results of all parts. */
export interface DemoResult {
  readonly flash: FlashResult;
  readonly carts: CartsResult;
  readonly lives: LivesResult;
}

/** Answers that a rush may get; any other is a fault. */
const EXPECTED = ['placed', 'replayed', 'sold_out', 'limit_reached', 'busy', 'cut'];
const CART_EXPECTED = [
  ...['claimed', 'claim replayed', 'claim sold_out', 'claim busy', 'quoted', 'quote busy'],
  ...['placed', 'order replayed', 'order price_changed', 'order busy', 'cut'],
];
/** A late payment is refused, and a shopper with too many unpaid orders has to wait. */
const LIVES_EXPECTED = [
  ...['placed', 'order sold_out', 'order replayed', 'order busy', 'order rate_limited'],
  ...['payment begun', 'payment busy', 'payment not_payable', 'paid at the sandbox'],
  ...['declined at the sandbox', 'sandbox not_payable', 'looked at', 'look busy', 'cancelled'],
  ...['cancel busy', 'cancel conflict', 'refunded', 'refund replayed', 'refund busy', 'cut'],
];
const EXAMPLES = 5;

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const times = (one: { p50Ms: number; p99Ms: number } | null): string =>
  one ? `p50 ${ms(one.p50Ms)} · p99 ${ms(one.p99Ms)}` : 'none';

/** The number of lost orders by each who counts them. */
function lossLine({ verdict, losses }: FlashResult): string {
  const { log, metrics, audit } = losses!;
  return `journals ${verdict.lost} · log ${log} · metrics ${metrics} · audit ${audit}`;
}

/** True when orders were lost, as they must be, and the service says how many, everywhere. */
function isLossTold({ verdict, losses, brokenPromises }: FlashResult): boolean {
  return (
    losses !== null &&
    verdict.lost > 0 &&
    Object.values(losses).every((said) => said === verdict.lost) &&
    brokenPromises.every((row) => lostInRow(row) !== null)
  );
}

function killRows(result: FlashResult): [string, string][] {
  const { kill, losses } = result;
  if (kill === null) return [];
  if (typeof kill === 'string') return [['kill', kill]];
  const { acknowledged, unsettled, soldShare, awayMs, notes } = kill;
  const at = `at ${Math.round(soldShare * 100)} % of the units · away ${ms(awayMs)}`;
  return [
    [`kill ${kill.kill}`, at],
    ['  acknowledged by then', String(acknowledged)],
    ['  unsettled by then', String(unsettled)],
    ...notes.map((note): [string, string] => ['  then', note]),
    ...(losses ? [['  lost', lossLine(result)] as [string, string]] : []),
  ];
}

/** Shows the first part: answers by kind, speed, lag, and the state at the kill. */
export function flashTable(result: FlashResult): string {
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

const strangeAnswers = (
  answers: Readonly<Record<string, number>>,
  expected: readonly string[],
): string[] =>
  Object.entries(answers)
    .filter(([kind]) => !expected.includes(kind))
    .map(([kind, count]) => `answered ${kind} ${count} times`);

const examplesOf = (brokenPromises: readonly unknown[]): string[] =>
  brokenPromises.slice(0, EXAMPLES).map((promise) => JSON.stringify(promise));

function flashFaults(result: FlashResult): string[] {
  const { rush, verdict, brokenPromises, kill, losses } = result;
  const faults = strangeAnswers(rush.answers, EXPECTED);
  if (rush.unfinished > 0) faults.push(`${rush.unfinished} requests were never answered`);
  if (verdict.unrequested > 0) faults.push(`${verdict.unrequested} orders that nobody requested`);
  if (typeof kill === 'string') faults.push(kill);
  else if (kill && kill.kill !== 'api' && kill.unsettled === 0) {
    faults.push('no order was unsettled at the kill, so the kill proves nothing');
  }
  if (isLossTold(result)) return faults;
  if (losses) faults.push(`the numbers of lost orders differ: ${lossLine(result)}`);
  return [...faults, ...verdict.examples, ...examplesOf(brokenPromises)];
}

function cartFaults({ notes, shoppers, verdict, brokenPromises, faults }: CartsResult): string[] {
  const without = shoppers - notes.orders.length;
  const { unrequested } = verdict;
  const found = [
    ...strangeAnswers(notes.answers, CART_EXPECTED),
    ...(without === 0 ? [] : [`${without} of ${shoppers} shoppers got no order`]),
    ...(unrequested === 0 ? [] : [`${unrequested} orders that nobody requested`]),
    ...(faults.length > EXAMPLES ? [`${faults.length} amounts do not agree`] : []),
    ...faults.slice(0, EXAMPLES),
    ...verdict.examples,
    ...examplesOf(brokenPromises),
  ];
  return found.map((fault) => `carts: ${fault}`);
}

function livesFaults({ answers, verdict, brokenPromises, faults }: LivesResult): string[] {
  const { unrequested } = verdict;
  const found = [
    ...strangeAnswers(answers, LIVES_EXPECTED),
    ...(unrequested === 0 ? [] : [`${unrequested} orders that nobody requested`]),
    ...(faults.length > EXAMPLES ? [`${faults.length} facts do not agree`] : []),
    ...faults.slice(0, EXAMPLES),
    ...verdict.examples,
    ...examplesOf(brokenPromises),
  ];
  return found.map((fault) => `lives: ${fault}`);
}

/** Faults that the last line does not show, in words. */
export const faultsOf = ({ flash, carts, lives }: DemoResult): string[] => [
  ...flashFaults(flash),
  ...cartFaults(carts),
  ...livesFaults(lives),
];

/** Sums of checker and audit over all parts; units sold of the first part only. */
function figuresOf({ flash, carts, lives }: DemoResult) {
  const parts = [flash, carts, lives];
  const sum = (figure: 'oversold' | 'undersold' | 'lost' | 'duplicate') =>
    parts.reduce((count, { verdict }) => count + verdict[figure], 0);
  return {
    oversold: sum('oversold'),
    undersold: sum('undersold'),
    lost: sum('lost'),
    duplicate: sum('duplicate'),
    broken: parts.reduce((count, { brokenPromises }) => count + brokenPromises.length, 0),
  };
}

/** The line of results, in the same form after success and failure. */
export function lastLine(result: DemoResult): string {
  const { sold, cap } = result.flash.verdict;
  const { oversold, undersold, lost, duplicate, broken } = figuresOf(result);
  return (
    `sold ${sold} of ${cap} · oversold ${oversold} · undersold ${undersold} · lost ${lost} · ` +
    `duplicate ${duplicate} · broken promises ${broken}`
  );
}

/**
 * True when each unit was sold once as requested, every cent adds up, and nothing is wrong but
 * losses that had to be, and that the service tells of.
 */
export function isSound(result: DemoResult): boolean {
  const { flash } = result;
  const { sold, cap } = flash.verdict;
  const wrong = Object.values(figuresOf(result)).reduce((sum, count) => sum + count, 0);
  const told = isLossTold(flash) ? flash.verdict.lost + flash.brokenPromises.length : 0;
  return sold === cap && wrong === told && faultsOf(result).length === 0;
}
