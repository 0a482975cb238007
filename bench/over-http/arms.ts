import { join } from 'node:path';
import { isClean } from '../../proof/checker/compare-books.ts';
import type { Verdict } from '../../proof/checker/compare-books.ts';
import type { WaitingFor } from '../../src/domain/quiet.ts';
import { writeTokens } from '../../proof/crowd/tokens.ts';
import { cpuBetween, cpuOf } from '../run/cpu.ts';
import { auditSale } from './audit-sale.ts';
import type { Harness } from './harness.ts';
import { putOnSale, retireSale, saleName } from './put-on-sale.ts';
import type { OnSale } from './put-on-sale.ts';
import { hotWares } from './hot-wares.ts';
import { discardJournal, expectOnly, measuredRush, total } from './measured-rush.ts';
import type { Rushed, RushWish } from './measured-rush.ts';
import { NoNumber } from '../run/no-number.ts';
import { PLENTY, SHOPPERS } from './wares.ts';
import type { Wares } from './wares.ts';

export interface ArmOptions {
  readonly seconds: number;
  readonly connections: number;
}

/** What an arm measured; CPU in µs per answer, by process. */
export interface ArmResult {
  readonly rushed: Rushed;
  readonly perSecond: number;
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** By INFO commandstats, if the arm called a script: µs per item, and items per call. */
  readonly script?: { readonly micros: number; readonly batch: number };
}

const WARMUP_SECONDS = 1;
const FEW = 1_000;
export const SETTLED_WITHIN_MS = 180_000;
export const SETTLING = [
  'cells_away',
  'unsettled_orders',
  'instructions',
  'withdrawals',
  'holds_overdue',
] as const satisfies WaitingFor[];
const TOKENS_EACH = 8;
const SECOND_MS = 1_000;

/** Describes a rush to the api for wares on sale that counts the CPU of api and Redis. */
export function wishOf(
  { api, servers, tokensFile }: Harness,
  { sale, wares }: Pick<OnSale, 'sale' | 'wares'>,
  { seconds, connections }: ArmOptions,
): RushWish {
  const pids = { api: api.pid, redis: servers.redis.pid };
  const length = { seconds, warmupSeconds: WARMUP_SECONDS };
  return { url: api.url, sale, wares, connections, length, tokensFile, pids };
}

/**
 * Waits until a sale has settled everything and its cells know it. The worker may have been paused,
 * and no provider takes the money of a benchmark: chores and calls may wait.
 * @throws NoNumber unless the ledger then holds `due` orders or claims
 */
export async function untilSettled(
  { admin, pool }: Harness,
  { sale, wares }: Pick<OnSale, 'sale' | 'wares'>,
  due: number,
): Promise<void> {
  await admin.untilQuiet(sale, SETTLED_WITHIN_MS, SETTLING);
  const settled = await wares.count(pool, sale);
  if (settled !== due) throw new NoNumber(`${sale}: ${settled} of ${due} settled`);
}

/**
 * Compares the clients' journals with the ledger, then audits the sale and ends it. To be called
 * once everything is settled.
 * @throws NoNumber on any fault
 */
export async function auditArm(
  harness: Harness,
  { sale, wares, amount }: OnSale,
  journals: readonly string[],
): Promise<void> {
  const verdict = await wares.check(harness.pool, { sale, journals, amount });
  if (!isClean(verdict)) throw new NoNumber(`${sale}: ${wrongIn(verdict)}`);
  for (const journal of journals) discardJournal(journal);
  await auditSale(harness, sale);
}

function wrongIn({ oversold, undersold, examples }: Verdict): string {
  return [`${oversold} oversold, ${undersold} undersold`, ...examples].join('; ');
}

async function scriptStats({ redis }: Harness): Promise<{ calls: number; micros: number }> {
  const info = await redis.info('commandstats');
  const [, calls = 0, micros = 0] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(info) ?? [];
  return { calls: Number(calls), micros: Number(micros) };
}

type ScriptStats = Awaited<ReturnType<typeof scriptStats>>;

const scriptBetween = (before: ScriptStats, after: ScriptStats, answers: number) => ({
  micros: (after.micros - before.micros) / answers,
  batch: answers / (after.calls - before.calls),
});

/** Measures the control, while the service's processes are idle. */
export async function echoArm(
  harness: Harness,
  wares: Wares,
  options: ArmOptions,
): Promise<ArmResult> {
  const wish = wishOf(harness, { sale: saleName(), wares }, options);
  const pids = { echo: harness.echo.pid };
  const rushed = await measuredRush(harness, { ...wish, url: harness.echo.url, pids });
  expectOnly(wares.success, rushed, 'echo');
  discardJournal(rushed.journal);
  return { rushed, perSecond: rushed.perSecond, cpuMicros: rushed.cpuMicros };
}

/** Measures with the worker paused (SIGSTOP). Entries pile up, and it settles them afterwards. */
export async function acceptArm(
  harness: Harness,
  wares: Wares,
  options: ArmOptions,
  tokensFile = harness.tokensFile,
): Promise<ArmResult> {
  const onSale = await putOnSale(harness, wares, PLENTY);
  harness.worker.freeze();
  const before = await scriptStats(harness);
  let rushed: Rushed;
  let after: ScriptStats;
  try {
    rushed = await measuredRush(harness, { ...wishOf(harness, onSale, options), tokensFile });
    after = await scriptStats(harness);
    const settled = await wares.count(harness.pool, onSale.sale);
    if (settled > 0) throw new NoNumber(`accept: ${settled} settled during the measurement`);
  } finally {
    harness.worker.thaw();
  }
  expectOnly(wares.success, rushed, 'accept');
  const answers = total(rushed.report.answers);
  await untilSettled(harness, onSale, answers);
  await auditArm(harness, onSale, [rushed.journal]);
  const script = scriptBetween(before, after, answers);
  return { rushed, perSecond: rushed.perSecond, cpuMicros: rushed.cpuMicros, script };
}

/** Measures requests that write nothing, such as quotes: the ledger must hold none of them. */
export async function askArm(
  harness: Harness,
  wares: Wares,
  options: ArmOptions,
): Promise<ArmResult> {
  const onSale = await putOnSale(harness, wares, PLENTY);
  const before = await scriptStats(harness);
  const rushed = await measuredRush(harness, wishOf(harness, onSale, options));
  const after = await scriptStats(harness);
  expectOnly(wares.success, rushed, 'ask');
  await auditArm(harness, onSale, [rushed.journal]);
  const script = scriptBetween(before, after, total(rushed.report.answers));
  return { rushed, perSecond: rushed.perSecond, cpuMicros: rushed.cpuMicros, script };
}

/** Measures like `acceptArm`, but each request has a token that the api has never seen. */
export async function newTokensArm(
  harness: Harness,
  wares: Wares,
  options: ArmOptions,
  round: number,
): Promise<ArmResult> {
  const { folder, jwtSecret } = harness.servers;
  const file = join(folder, 'new-tokens');
  const ttlSeconds = 2 * 3_600 + round * TOKENS_EACH;
  writeTokens({ file, jwtSecret, shoppers: SHOPPERS, perShopper: TOKENS_EACH, ttlSeconds });
  const result = await acceptArm(harness, wares, options, file);
  if (total(result.rushed.report.answers) > SHOPPERS * TOKENS_EACH) {
    throw new NoNumber('new tokens: more requests than tokens; measure fewer seconds');
  }
  return result;
}

/** Sells everything to some of the shoppers, then measures answers "sold out" to all of them. */
export async function soldOutArm(
  harness: Harness,
  wares: Wares,
  options: ArmOptions,
): Promise<ArmResult> {
  const onSale = await putOnSale(harness, wares, FEW);
  const wish = wishOf(harness, onSale, options);
  const length = { purchases: FEW * 2 };
  const selling = await measuredRush(harness, { ...wish, length, pids: {} });
  await untilSettled(harness, onSale, FEW);
  const rushed = await measuredRush(harness, wish);
  expectOnly('sold_out', rushed, 'sold out');
  await auditArm(harness, onSale, [selling.journal, rushed.journal]);
  return { rushed, perSecond: rushed.perSecond, cpuMicros: rushed.cpuMicros };
}

/**
 * Measures with everything running at once on the same cores. The rate counts what reached
 * Postgres in the measured span. CPU of worker and Postgres covers the time until everything is
 * settled, per order settled in that time.
 */
export async function wholeArm(
  harness: Harness,
  wares: Wares,
  options: ArmOptions,
): Promise<ArmResult> {
  const onSale = await putOnSale(harness, wares, PLENTY);
  const settling = { worker: harness.worker.pid, postgres: harness.servers.postgres.pid };
  let before: Record<string, number> | null = null;
  const times: number[] = [];
  const onEdge = () => {
    before ??= cpuOf(settling);
    times.push(performance.now());
    return wares.count(harness.pool, onSale.sale);
  };
  const rushed = await measuredRush(harness, { ...wishOf(harness, onSale, options), onEdge });
  expectOnly(wares.success, rushed, 'whole');
  const orders = total(rushed.report.answers);
  await untilSettled(harness, onSale, orders);
  const [first = 0, last = 0] = rushed.edges;
  const spent = cpuBetween(before ?? {}, cpuOf(settling));
  const perOrder = (name: keyof typeof settling) => (spent[name] ?? 0) / (orders - first);
  await auditArm(harness, onSale, [rushed.journal]);
  return {
    rushed,
    perSecond: ((last - first) * SECOND_MS) / (times[1]! - times[0]!),
    cpuMicros: {
      ...rushed.cpuMicros,
      worker: perOrder('worker'),
      postgres: perOrder('postgres'),
    },
  };
}

/** Sends each token once, to a sale that is nearly empty, so that the api knows all of them. */
export async function warmTokens(harness: Harness, connections: number): Promise<void> {
  const onSale = await putOnSale(harness, hotWares, 1);
  const wish = wishOf(harness, onSale, { seconds: 1, connections });
  const length = { purchases: SHOPPERS };
  const { journal, report } = await measuredRush(harness, { ...wish, length, pids: {} });
  if (report.unfinished > 0) throw new NoNumber('the warm-up of the tokens did not finish');
  discardJournal(journal);
  await retireSale(harness, onSale.sale);
}
