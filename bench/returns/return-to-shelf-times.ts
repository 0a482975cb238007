import type { Pool } from 'pg';
import { createPool } from '../../src/platform/postgres.ts';
import { readJournal } from '../../proof/checker/journal.ts';
import { NoNumber } from '../run/no-number.ts';
import type { BenchServers } from '../run/servers.ts';

const KEEP_COMMIT_TIMES = 'alter system set track_commit_timestamp = on';
/** Of what moved units back on sale; `late`: after their time, of orders that expired. */
const FREED = `
  select extract(epoch from m.committed)::float8 * 1000 as "atMs",
    extract(epoch from m.committed - o.expires_at)::float8 * 1000 as "lateMs"
  from (select *, pg_xact_commit_timestamp(xmin) as committed from order_moves) m
  join orders o on o.id = m.order_id
  where o.sale = $1 and m.to_state in ('expired', 'cancelled', 'refunded')
  order by m.committed`;
const PLACED = `select id, extract(epoch from placed_at)::float8 * 1000 as "placedMs"
  from orders where id = any ($1::text[])`;

/** Redis' clock, written down in whole ms. */
const CLOCK_MS = 1;

export interface ReturnTimes {
  /** From the commit that freed a unit to the answer of the purchase it went to; ascending. */
  readonly backMs: readonly number[];
  /** From an order's time to pay to its end; ascending. */
  readonly lateMs: readonly number[];
}

/** From now on Postgres knows when it committed what; it is started again for that. */
export async function keepCommitTimes({ postgres }: BenchServers): Promise<void> {
  const pool = createPool(postgres.url, { max: 1, onError: () => {} });
  await pool.query(KEEP_COMMIT_TIMES);
  await pool.end();
  await postgres.restart();
}

const ascending = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);

/** Orders a client got, with how long their answers took. */
async function boughtIn(journal: string): Promise<Map<string, number>> {
  const bought = new Map<string, number>();
  for await (const line of readJournal(journal)) {
    if (line.kind === 'answer' && line.order !== '') bought.set(line.order, line.latencyMicros);
  }
  return bought;
}

/**
 * Units are alike: the first to come back went to the first purchase after it, and so on. One comes
 * back with the commit that freed it, by Postgres' clock; its purchase was answered, at the latest,
 * all of its latency after Redis placed it: one machine, one clock.
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
  if (backMs.some((ms) => ms < 0)) throw new NoNumber(`${sale}: bought before it came back`);
  return { backMs: ascending(backMs), lateMs: ascending(freed.map(({ lateMs }) => lateMs)) };
}

/** @param sorted ascending, not empty; @param share 0 to 1 */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
