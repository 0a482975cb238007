import type {
  BudgetGlance,
  CellGlance,
  Process,
  RedisLoad,
  SaleGlance,
  SaleGlancePage,
} from '../../../client/index.ts';
import type { Tone } from '../../kit/parts/show/badge.tsx';
import { msOf } from '../../kit/time/timestamps.ts';

/** An audit comes every 30 s, and takes some seconds itself. */
const AUDIT_LATE_MS = 120_000;

/** What the last audits of all sales say together. */
export interface PromisesVerdict {
  /**
   * `late`: nothing is broken as far as audits know, and one of them is old. `unaudited`: a sale
   * waits for its first one. `partial`: there are sales that were not read. `idle`: no sale was
   * opened.
   */
  readonly word: 'broken' | 'late' | 'unaudited' | 'partial' | 'kept' | 'idle';
  readonly broken: number;
  /** Those with a broken promise. */
  readonly sales: readonly SaleGlance[];
  /** When the oldest of the last audits ran, in ms; null: none did. */
  readonly oldestMs: number | null;
}

export function promisesOf({ items: sales, next }: SaleGlancePage, nowMs: number): PromisesVerdict {
  const audits = sales.flatMap(({ audit }) => audit ?? []);
  const broken = audits.reduce((sum, { brokenPromises }) => sum + brokenPromises, 0);
  const oldestMs = audits.length === 0 ? null : Math.min(...audits.map(({ at }) => msOf(at)));
  const isLate = oldestMs !== null && nowMs - oldestMs > AUDIT_LATE_MS;
  return {
    word: wordOf({ broken, isLate, isPart: next !== null }, sales.length, audits.length),
    broken,
    sales: sales.filter(({ audit }) => (audit?.brokenPromises ?? 0) > 0),
    oldestMs,
  };
}

interface Known {
  readonly broken: number;
  readonly isLate: boolean;
  readonly isPart: boolean;
}

function wordOf(
  { broken, isLate, isPart }: Known,
  sales: number,
  audits: number,
): PromisesVerdict['word'] {
  if (broken > 0) return 'broken';
  if (sales === 0) return 'idle';
  if (isLate) return 'late';
  if (audits < sales) return 'unaudited';
  return isPart ? 'partial' : 'kept';
}

export type NeedWord =
  SaleGlance['unresolved'][number]['for'] | SaleGlance['waiting'][number]['for'];

/** How much of one kind waits in all sales, or in one. */
export interface Need {
  readonly word: NeedWord;
  readonly count: number;
  /** When the oldest began, in ms; null: nobody knows. */
  readonly sinceMs: number | null;
  readonly tone: Tone;
}

const STUCK: readonly NeedWord[] = ['dead_letters', 'lost_entries', 'dead_calls', 'cells_away'];
/** What ends by itself is worth a look when it has waited for so long. */
const OLD_MS = 60_000;
/** Shown also when nothing waits: an operator looks for them. */
const ALWAYS: readonly NeedWord[] = ['dead_letters', 'provider_calls'];
const ORDER: readonly NeedWord[] = [
  ...STUCK,
  'provider_calls',
  'webhooks',
  'holds_overdue',
  'chores_late',
  'unsettled_orders',
  'instructions',
  'withdrawals',
];

function toneOf(word: NeedWord, count: number, sinceMs: number | null, nowMs: number): Tone {
  if (count === 0) return 'good';
  if (STUCK.includes(word)) return 'bad';
  return sinceMs !== null && nowMs - sinceMs > OLD_MS ? 'warn' : 'quiet';
}

/** What a sale waits for and what is stuck in it; what an operator must end comes first. */
export function needsOf(sale: SaleGlance, nowMs: number): Need[] {
  const all = [...sale.unresolved, ...sale.waiting];
  const needs = all.map(({ for: word, count, since }) => {
    const sinceMs = since === null ? null : msOf(since);
    return { word, count, sinceMs, tone: toneOf(word, count, sinceMs, nowMs) };
  });
  return needs.toSorted((one, other) => ORDER.indexOf(one.word) - ORDER.indexOf(other.word));
}

/** The same of all sales together. Dead letters and provider calls are there with 0, too. */
export function needsOfAll(sales: readonly SaleGlance[], nowMs: number): Need[] {
  const all = sales.flatMap((sale) => needsOf(sale, nowMs));
  return ORDER.flatMap((word): Need[] => {
    const own = all.filter((need) => need.word === word);
    if (own.length === 0 && !ALWAYS.includes(word)) return [];
    const count = own.reduce((sum, need) => sum + need.count, 0);
    const times = own.flatMap(({ sinceMs }) => sinceMs ?? []);
    const sinceMs = times.length === 0 ? null : Math.min(...times);
    return [{ word, count, sinceMs, tone: toneOf(word, count, sinceMs, nowMs) }];
  });
}

/** Orders settle within a second; so long ago means that somebody must look. */
const LAG_LATE_MS = 10_000;

export function cellTone({ state, lagSince }: CellGlance, nowMs: number): Tone {
  if (state !== 'open') return 'bad';
  const isLate = lagSince !== null && nowMs - msOf(lagSince) > LAG_LATE_MS;
  return isLate ? 'warn' : 'good';
}

export const isAway = ({ state }: CellGlance): boolean => state !== 'open';

const LOW_SHARE = 0.1;

/** At least 0, at most 1. */
export const shareLeft = ({ amount, left }: BudgetGlance): number =>
  amount <= 0 ? 0 : Math.min(1, Math.max(0, left / amount));

export function budgetTone(budget: BudgetGlance): Tone {
  if (budget.left <= 0) return 'quiet';
  return shareLeft(budget) < LOW_SHARE ? 'warn' : 'good';
}

/** The delays from which the service turns requests away, unless configured otherwise. */
const LOOP_MS = { warn: 250, bad: 750 };
/** Above it a core is nearly used up. */
const CPU_SHARE = 0.9;

export function loopTone(loopDelayMs: number): Tone {
  if (loopDelayMs >= LOOP_MS.bad) return 'bad';
  return loopDelayMs >= LOOP_MS.warn ? 'warn' : 'good';
}

export function processTone({ figures }: Process): Tone {
  if (!figures) return 'warn';
  const tone = loopTone(figures.loopDelayMs);
  return tone === 'good' && figures.cpuShare > CPU_SHARE ? 'warn' : tone;
}

/** From here on somebody must act; a server that is full refuses orders. */
const MEMORY_SHARE = { warn: 0.8, bad: 0.95 };

/** What the memory of Redis says; without a figure or a limit it says nothing. */
export function redisTone({ usedBytes, maxBytes }: RedisLoad): Tone {
  const share = usedBytes === null || maxBytes === null ? 0 : usedBytes / maxBytes;
  if (share >= MEMORY_SHARE.bad) return 'bad';
  return share >= MEMORY_SHARE.warn ? 'warn' : 'good';
}

export const lagTone = (lagSeconds: number | null): Tone =>
  lagSeconds !== null && lagSeconds * 1_000 > LAG_LATE_MS ? 'warn' : 'good';

/** Whether a shopper was told of something that the books do not have, or cannot buy. */
export const isAlarming = (page: SaleGlancePage, nowMs: number): boolean =>
  promisesOf(page, nowMs).broken > 0 ||
  page.items.some((sale) => needsOf(sale, nowMs).some(({ tone }) => tone === 'bad'));
