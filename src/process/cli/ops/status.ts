import Table from 'cli-table3';
import type { Command } from 'commander';
import { CellConnections } from '../../../cell/connections.ts';
import { PROTOCOL } from '../../../cell/protocol.ts';
import { Directory } from '../../../cell/sale-directory.ts';
import { FOR_OPERATORS, WAITING_FOR, isQuiet, statusView } from '../../../domain/quiet.ts';
import type { SaleStatus } from '../../../domain/quiet.ts';
import { toTimestamp } from '../../../domain/timestamps.ts';
import { directorySource } from '../../../ledger/terms/directory-source.ts';
import { within } from '../../../platform/deadline.ts';
import { isAway } from '../../../platform/is-away.ts';
import { createPool } from '../../../platform/postgres.ts';
import { createRedis, whenReady } from '../../../platform/redis.ts';
import { systemTime } from '../../../platform/time.ts';
import { saleStatuses } from '../../../service/sale-status.ts';
import type { StatusDeps } from '../../../service/sale-status.ts';
import { commandEnvironment } from '../../own-or-external-servers.ts';
import { reachPostgres } from '../../reach/reach-servers.ts';
import { PATIENCE, PLAIN, fail, note, say } from '../session.ts';
import { wholeUpTo } from '../whole-number.ts';

/** Without Redis the ledger still knows most of what a sale waits for. */
const REDIS_WITHIN_MS = 1_000;
const AT_ONCE = { ...PATIENCE, withinMs: 0 };
const POLL_MS = 100;
const TELL_MS = 2_000;
const WAIT_MAX_S = 86_400;
const MS_PER_S = 1_000;
const S_PER_MIN = 60;
const MIN_PER_H = 60;
/** Ages are told in a unit until they are this many of it. */
const SMALL = 120;

/**
 * Connects to the ledger, and to Redis if it answers.
 * @param waitMs how long the caller is ready to wait for an answer
 * @throws UnusableServers when the ledger cannot be used, also when it goes away meanwhile
 */
async function withStatus(
  waitMs: number,
  work: (deps: StatusDeps) => Promise<void>,
): Promise<void> {
  const env = commandEnvironment();
  const { redisUrl, databaseUrl } = env;
  await reachPostgres(env, { ...PATIENCE, withinMs: Math.max(PATIENCE.withinMs, waitMs) });
  const ignore = () => {};
  const pool = createPool(databaseUrl, { onError: ignore });
  const redis = createRedis(redisUrl, { kind: 'steady', onError: ignore });
  const connections = new CellConnections(redis);
  const directory = new Directory(directorySource(pool), connections, PROTOCOL);
  try {
    await within(REDIS_WITHIN_MS, () => whenReady(redis)).catch(ignore);
    await work({ pool, directory, time: systemTime });
  } catch (error) {
    if (isAway(error)) await reachPostgres(env, AT_ONCE);
    throw error;
  } finally {
    redis.disconnect();
    await pool.end();
  }
}

/** @returns null when there is no such sale */
async function ask(deps: StatusDeps, sale: string | undefined): Promise<SaleStatus[] | null> {
  const { directory } = deps;
  await directory.refresh();
  const known = sale === undefined ? directory.sales() : [directory.sale(sale)];
  const ids = known.flatMap((one) => (one ? [one.sale.id] : []));
  return sale !== undefined && ids.length === 0 ? null : saleStatuses(deps, ids);
}

/** What is waited for, in one line. */
function waitingLine(statuses: readonly SaleStatus[]): string {
  const lines = statuses
    .filter((status) => !isQuiet(status))
    .map(({ sale, waiting }) => {
      return `${sale}: ${waiting.map((one) => `${one.for} ${one.count}`).join(', ')}`;
    });
  return `not quiet yet: ${lines.join('; ')}`;
}

/**
 * Asks again until every sale is quiet or the time is over; also when the ledger is away.
 * @returns the last answer
 */
async function untilQuiet(
  deps: StatusDeps,
  sale: string | undefined,
  waitMs: number,
): Promise<SaleStatus[] | null> {
  const startMs = systemTime.monotonic();
  let toldMs = startMs;
  for (;;) {
    const answer = await ask(deps, sale).catch((error: Error) => error);
    const nowMs = systemTime.monotonic();
    const isOver = nowMs - startMs >= waitMs;
    if (answer instanceof Error) {
      if (isOver || !isAway(answer)) throw answer;
    } else if (isOver || !answer || answer.every(isQuiet)) {
      return answer;
    }
    if (nowMs - toldMs >= TELL_MS) {
      toldMs = nowMs;
      note(answer instanceof Error ? `asking again: ${answer.message}` : waitingLine(answer));
    }
    await systemTime.sleep(POLL_MS);
  }
}

/** How long ago, for people. */
function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / MS_PER_S));
  const minutes = Math.floor(seconds / S_PER_MIN);
  if (seconds < SMALL) return `${seconds} s ago`;
  return minutes < SMALL ? `${minutes} min ago` : `${Math.floor(minutes / MIN_PER_H)} h ago`;
}

function describe(status: SaleStatus): string {
  const { sale, audit } = status;
  const audited = audit
    ? `audited ${ago(audit.ageMs)}: ${audit.brokenPromises} broken promises`
    : 'not audited yet';
  return `${sale}: ${isQuiet(status) ? 'quiet' : 'not quiet'} · ${audited}`;
}

/** All that an operator may want to look after; null: there is nothing. */
function tableOf({ asOfMs, waiting, unresolved }: SaleStatus): string | null {
  if (waiting.length + unresolved.length === 0) return null;
  const table = new Table({ head: ['', 'how many', 'since', 'detail'], style: PLAIN });
  const since = (ms: number | null) =>
    ms === null ? 'unknown' : `${toTimestamp(ms)}, ${ago(asOfMs - ms)}`;
  for (const { for: kind, count, sinceMs, detail } of waiting) {
    table.push([WAITING_FOR[kind], count, since(sinceMs), detail ?? '']);
  }
  for (const { for: kind, count, sinceMs, detail } of unresolved) {
    table.push([FOR_OPERATORS[kind], count, since(sinceMs), detail ?? '']);
  }
  return table.toString();
}

function print(statuses: readonly SaleStatus[]): void {
  if (statuses.length === 0) say('no sales');
  for (const status of statuses) say(describe(status));
  for (const status of statuses) {
    const table = tableOf(status);
    if (table) say(`\n${status.sale}\n${table}`);
  }
}

interface Options {
  readonly json?: boolean;
  readonly waitQuiet?: number;
}

async function show(sale: string | undefined, { json, waitQuiet = 0 }: Options): Promise<void> {
  const waitMs = waitQuiet * MS_PER_S;
  await withStatus(waitMs, async (deps) => {
    const statuses = await untilQuiet(deps, sale, waitMs);
    if (!statuses) return fail([`there is no sale ${sale}`]);
    const views = statuses.map(statusView);
    if (json) say(JSON.stringify(sale === undefined ? views : views[0]));
    else print(statuses);
    if (!statuses.every(isQuiet)) process.exitCode = 1;
  });
}

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .argument('[sale]', 'only this sale; without it, every live sale')
    .option('--json', 'print what `GET /v1/sales/:sale/status` answers, or a list of it')
    .option('--wait-quiet <seconds>', 'ask again until all is quiet', wholeUpTo(WAIT_MAX_S, 0))
    .description(
      'Say whether everything is settled, delivered and given back; otherwise what a sale waits ' +
        'for, and since when. Exit 1 when it is not quiet',
    )
    .action(show);
}
