import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isClean } from '../src/process/rush/checker.ts';
import { checkRush, countOrders } from '../src/process/rush/ledger-facts.ts';
import { writeTokens } from '../src/process/rush/tokens.ts';
import { cpuBetween, cpuOf } from './cpu.ts';
import { benchSale, retireSale, saleName, SHOPPERS } from './hall.ts';
import type { Hall } from './hall.ts';
import { discardJournal, expectOnly, measuredRush, total } from './measured-rush.ts';
import type { Rushed, RushWish } from './measured-rush.ts';
import { NoNumber } from './scenario.ts';

export interface ArmOptions {
  readonly seconds: number;
  readonly connections: number;
}

/** What an arm found out; CPU in µs an order. */
export interface ArmResult {
  readonly rushed: Rushed;
  readonly perSecond: number;
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** By INFO commandstats, where the script was called. */
  readonly script?: { readonly micros: number; readonly batch: number };
}

const WARMUP_SECONDS = 1;
const PLENTY = 100_000_000;
const FEW_UNITS = 1_000;
const SETTLED_WITHIN_MS = 180_000;
const POLL_MS = 50;
const TOKENS_EACH = 8;
const SECOND_MS = 1_000;

function wishOf(hall: Hall, sale: string, { seconds, connections }: ArmOptions): RushWish {
  const { api, servers, tokensFile } = hall;
  const pids = { api: api.pid, redis: servers.redis.pid };
  const length = { seconds, warmupSeconds: WARMUP_SECONDS };
  return { url: api.url, sale, connections, length, tokensFile, pids };
}

async function untilSettled({ pool }: Hall, sale: string, orders: number): Promise<void> {
  const deadlineMs = performance.now() + SETTLED_WITHIN_MS;
  while ((await countOrders(pool, sale)) < orders) {
    if (performance.now() > deadlineMs) throw new NoNumber(`${sale} does not settle`);
    await wait(POLL_MS);
  }
}

/** Everything settled, no broken promise, and the clients' journals agree with the ledger. */
async function auditArm(hall: Hall, sale: string, journals: readonly string[]): Promise<void> {
  hall.audits.note(sale, (await hall.admin.audit(sale)).brokenPromises);
  const verdict = await checkRush(hall.pool, { sale, journals, isQuiet: true });
  const isDemandMet = verdict.undersold === 0 || verdict.cap === PLENTY;
  const isSound = isClean({ ...verdict, undersold: isDemandMet ? 0 : verdict.undersold });
  if (!isSound) throw new NoNumber(`${sale}: ${verdict.examples.join('; ')}`);
  for (const journal of journals) discardJournal(journal);
  await retireSale(hall, sale);
}

async function scriptStats({ redis }: Hall): Promise<{ calls: number; micros: number }> {
  const info = await redis.info('commandstats');
  const [, calls = 0, micros = 0] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(info) ?? [];
  return { calls: Number(calls), micros: Number(micros) };
}

/** The control. The service's processes idle meanwhile. */
export async function echoArm(hall: Hall, options: ArmOptions): Promise<ArmResult> {
  const wish = wishOf(hall, saleName(), options);
  const pids = { echo: hall.echo.pid };
  const rushed = await measuredRush(hall, { ...wish, url: hall.echo.url, pids });
  expectOnly('placed', rushed, 'echo');
  discardJournal(rushed.journal);
  return { rushed, perSecond: rushed.perSecond, cpuMicros: rushed.cpuMicros };
}

/** The worker stands still (SIGSTOP), so the entries pile up; afterwards it settles them all. */
export async function acceptArm(
  hall: Hall,
  options: ArmOptions,
  tokensFile = hall.tokensFile,
): Promise<ArmResult> {
  const sale = saleName();
  await hall.admin.open(benchSale(sale, PLENTY));
  hall.worker.freeze();
  const before = await scriptStats(hall);
  let rushed: Rushed;
  let after: Awaited<ReturnType<typeof scriptStats>>;
  try {
    rushed = await measuredRush(hall, { ...wishOf(hall, sale, options), tokensFile });
    after = await scriptStats(hall);
    const settled = await countOrders(hall.pool, sale);
    if (settled > 0) throw new NoNumber(`accept: ${settled} orders settled meanwhile`);
  } finally {
    hall.worker.thaw();
  }
  expectOnly('placed', rushed, 'accept');
  const orders = total(rushed.report.answers);
  await untilSettled(hall, sale, orders);
  await auditArm(hall, sale, [rushed.journal]);
  const calls = after.calls - before.calls;
  const script = { micros: (after.micros - before.micros) / orders, batch: orders / calls };
  return { rushed, perSecond: rushed.perSecond, cpuMicros: rushed.cpuMicros, script };
}

/** As *accept*, every request with a token that the api has never seen. */
export async function newTokensArm(
  hall: Hall,
  options: ArmOptions,
  round: number,
): Promise<ArmResult> {
  const { folder, jwtSecret } = hall.servers;
  const file = join(folder, 'new-tokens');
  const ttlSeconds = 2 * 3_600 + round * TOKENS_EACH;
  writeTokens({ file, jwtSecret, shoppers: SHOPPERS, perShopper: TOKENS_EACH, ttlSeconds });
  const result = await acceptArm(hall, options, file);
  if (total(result.rushed.report.answers) > SHOPPERS * TOKENS_EACH) {
    throw new NoNumber('new tokens: there were fewer tokens than requests; ask for fewer seconds');
  }
  return result;
}

/** Sells a few units first, so that some of the shoppers hold orders; then nothing is left. */
export async function soldOutArm(hall: Hall, options: ArmOptions): Promise<ArmResult> {
  const sale = saleName();
  await hall.admin.open(benchSale(sale, FEW_UNITS));
  const wish = wishOf(hall, sale, options);
  const length = { purchases: FEW_UNITS * 2 };
  const selling = await measuredRush(hall, { ...wish, length, pids: {} });
  await untilSettled(hall, sale, FEW_UNITS);
  const rushed = await measuredRush(hall, wish);
  expectOnly('sold_out', rushed, 'sold out');
  await auditArm(hall, sale, [selling.journal, rushed.journal]);
  return { rushed, perSecond: rushed.perSecond, cpuMicros: rushed.cpuMicros };
}

/**
 * All at once on the same cores. What counts is what Postgres took in the measured span; CPU of
 * worker and Postgres is over the time until all is settled, an order settled in it.
 */
export async function wholeArm(hall: Hall, options: ArmOptions): Promise<ArmResult> {
  const sale = saleName();
  await hall.admin.open(benchSale(sale, PLENTY));
  const settling = { worker: hall.worker.pid, postgres: hall.servers.postgres.pid };
  let before: Record<string, number> | null = null;
  const times: number[] = [];
  const onEdge = () => {
    before ??= cpuOf(settling);
    times.push(performance.now());
    return countOrders(hall.pool, sale);
  };
  const rushed = await measuredRush(hall, { ...wishOf(hall, sale, options), onEdge });
  expectOnly('placed', rushed, 'whole');
  const orders = total(rushed.report.answers);
  await untilSettled(hall, sale, orders);
  const [first = 0, last = 0] = rushed.edges;
  const spent = cpuBetween(before ?? {}, cpuOf(settling));
  const perOrder = (name: keyof typeof settling) => (spent[name] ?? 0) / (orders - first);
  await auditArm(hall, sale, [rushed.journal]);
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

/** Every token once, against a shelf that is empty: from here on the api knows them all. */
export async function warmTokens(hall: Hall, connections: number): Promise<void> {
  const sale = saleName();
  await hall.admin.open(benchSale(sale, 1));
  const wish = wishOf(hall, sale, { seconds: 1, connections });
  const length = { purchases: SHOPPERS };
  const { journal, report } = await measuredRush(hall, { ...wish, length, pids: {} });
  if (report.unfinished > 0) throw new NoNumber('the tokens could not be warmed');
  discardJournal(journal);
  await retireSale(hall, sale);
}
