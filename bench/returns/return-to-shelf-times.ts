import type { Pool } from 'pg';
import { createPool } from '../../src/platform/postgres.ts';
import { readJournal } from '../../proof/checker/journal.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchServers } from '../run/servers.ts';

const KEEP_COMMIT_TIMES = 'alter system set track_commit_timestamp = on';
/** The commits that freed units; `lateMs` counts from the end of the order's time to pay. */
const FREED = `
  select extract(epoch from m.committed)::float8 * 1000 as "atMs",
    extract(epoch from m.committed - o.expires_at)::float8 * 1000 as "lateMs"
  from (select *, pg_xact_commit_timestamp(xmin) as committed from order_moves) m
  join orders o on o.id = m.order_id
  where o.sale = $1 and m.to_state in ('expired', 'cancelled', 'refunded')
  order by m.committed`;
const PLACED = `select id, extract(epoch from placed_at)::float8 * 1000 as "placedMs"
  from orders where id = any ($1::text[])`;

/** The resolution of Redis' clock in orders. */
const CLOCK_MS = 1;

export interface ReturnTimes {
  /** From the commit that freed a unit to the answer of the purchase that got it; ascending. */
  readonly backMs: readonly number[];
  /** From the end of an order's time to pay until its units were freed; ascending. */
  readonly lateMs: readonly number[];
}

/** Restarts Postgres so that it records the time of each commit. */
export async function keepCommitTimes({ postgres }: BenchServers): Promise<void> {
  const pool = createPool(postgres.url, { max: 1, statementMs: 60_000, onError: () => {} });
  await pool.query(KEEP_COMMIT_TIMES);
  await pool.end();
  await postgres.restart();
}

const ascending = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);

/** The orders that a client got, with the latency of each answer in µs. */
async function boughtIn(journal: string): Promise<Map<string, number>> {
  const bought = new Map<string, number>();
  for await (const line of readJournal(journal)) {
    if (line.kind === 'answer' && line.order !== '') bought.set(line.order, line.latencyMicros);
  }
  return bought;
}

/**
 * Measures how long freed units took to be bought. Units are alike, so the first unit to come back
 * went to the first purchase after it, and so on. A unit comes back at the commit that freed it, by
 * Postgres' clock. Its purchase is taken to be answered one whole latency after Redis placed it, so
 * no time is too short. Both clocks are those of one machine.
 * @throws NoNumber unless each freed unit was bought
 */
export async function returnTimes(pool: Pool, sale: string, journal: string): Promise<ReturnTimes> {
  const bought = await boughtIn(journal);
  const { rows: freed } = await pool.query<{ atMs: number; lateMs: number }>(FREED, [sale]);
  const { rows: placed } = await pool.query<{ id: string; placedMs: number }>(PLACED, [
    [...bought.keys()],
  ]);
  if (freed.length !== placed.length || freed.length === 0) {
    throw new NoNumber(`${sale}: ${freed.length} units came back, ${placed.length} were bought`);
  }
  const answered = ascending(
    placed.map(({ id, placedMs }) => placedMs + CLOCK_MS + bought.get(id)! / 1_000),
  );
  const backMs = freed.map(({ atMs }, i) => answered[i]! - atMs);
  if (backMs.some((ms) => ms < 0)) {
    throw new NoNumber(`${sale}: a unit was bought before it came back`);
  }
  return { backMs: ascending(backMs), lateMs: ascending(freed.map(({ lateMs }) => lateMs)) };
}

/** @param sorted ascending, not empty; @param share 0 to 1 */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
