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
import { PLAIN, outputOf } from '../output.ts';
import type { Output } from '../output.ts';
import { patience } from '../session.ts';
import { wholeUpTo } from '../whole-number.ts';

/** Without Redis the ledger still knows most of what a sale waits for. */
const REDIS_WITHIN_MS = 1_000;
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
  out: Output,
  waitMs: number,
  work: (deps: StatusDeps) => Promise<void>,
): Promise<void> {
  const env = commandEnvironment();
  const { redisUrl, databaseUrl } = env;
  const usual = patience(out);
  await reachPostgres(env, { ...usual, withinMs: Math.max(usual.withinMs, waitMs) });
  const ignore = () => {};
  const pool = createPool(databaseUrl, { onError: ignore });
  const redis = createRedis(redisUrl, { kind: 'steady', onError: ignore });
  const connections = new CellConnections(redis);
  const directory = new Directory(directorySource(pool), connections, PROTOCOL);
  try {
    await within(REDIS_WITHIN_MS, () => whenReady(redis)).catch(ignore);
    await work({ pool, directory, time: systemTime });
  } catch (error) {
    if (isAway(error)) await reachPostgres(env, { ...usual, withinMs: 0 });
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
  { out, waitMs }: { readonly out: Output; readonly waitMs: number },
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
      out.note(answer instanceof Error ? `asking again: ${answer.message}` : waitingLine(answer));
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

function words(statuses: readonly SaleStatus[]): string {
  const tables = statuses.flatMap((status) => {
    const table = tableOf(status);
    return table ? [`\n${status.sale}\n${table}`] : [];
  });
  const heads = statuses.length === 0 ? ['no sales'] : statuses.map(describe);
  return [...heads, ...tables].join('\n');
}

async function show(sale: string | undefined, waitS: number, out: Output): Promise<void> {
  const waitMs = waitS * MS_PER_S;
  await withStatus(out, waitMs, async (deps) => {
    const statuses = await untilQuiet(deps, sale, { out, waitMs });
    if (!statuses) return out.fail([`there is no sale ${sale}`], 'not_found');
    const views = statuses.map(statusView);
    out.say(words(statuses), sale === undefined ? views : views[0]);
    if (!statuses.every(isQuiet)) out.foundFault();
  });
}

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .argument('[sale]', 'only this sale; without it, every live sale')
    .option('--wait-quiet <seconds>', 'ask again until all is quiet', wholeUpTo(WAIT_MAX_S, 0), 0)
    .description(
      'Say whether everything is settled, delivered and given back; otherwise what a sale waits ' +
        'for, and since when. With --json, what `GET /v1/sales/:sale/status` answers, or a list ' +
        'of it. Exit 1 when it is not quiet',
    )
    .action((sale: string | undefined, { waitQuiet }: { waitQuiet: number }, command: Command) =>
      show(sale, waitQuiet, outputOf(command)),
    );
}
