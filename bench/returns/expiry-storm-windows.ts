import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { CellAddress } from '../../src/cell/cell-address.ts';
import { cpuBetween, cpuOf } from '../run/cpu.ts';
import type { Harness } from '../over-http/harness.ts';
import { NoNumber } from '../run/no-number.ts';
import { HELD } from './expiry-storm-wares.ts';

/** A span of the load: its ends in ms since 1970, and the CPU of each process in it, in µs. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cpu: Readonly<Record<string, number>>;
}

const POLL_MS = 50;

/** $1 sale, $2 number of holds, $3 their new end (ms since 1970). Takes holds with time left. */
const END_TIMES = `
  update orders set expires_at = to_timestamp($3 / 1000.0)
  where id in (
    select o.id from orders o
    join order_lines l on l.order_id = o.id and l.offer = '${HELD}'
    where o.sale = $1 and o.state = 'reserved' and o.expires_at > now() + interval '1 minute'
    limit $2)`;
const SOLD = `
  select count(*)::integer as sold from orders o
  join order_lines l on l.order_id = o.id and l.offer <> '${HELD}'
  where o.sale = $1 and o.placed_at >= to_timestamp($2 / 1000.0)
    and o.placed_at < to_timestamp($3 / 1000.0)`;

/** The units of the offer that are on sale in the cell, read from Redis. */
async function unitsBack({ redis }: Harness, { keys }: CellAddress): Promise<number> {
  return Number(await redis.hget(keys.stock, HELD));
}

/**
 * Counts the CPU of processes until `units` are on sale, and at least for `leastMs`. It polls at
 * the same pace in calm and in storms.
 * @throws NoNumber when it takes longer than `withinMs`
 */
export async function windowUntil(
  harness: Harness,
  cell: CellAddress,
  { units, leastMs, withinMs }: { units: number; leastMs: number; withinMs: number },
): Promise<Window> {
  const { api, worker, servers } = harness;
  const { redis, postgres } = servers;
  const pids = { api: api.pid, redis: redis.pid, worker: worker.pid, postgres: postgres.pid };
  const [fromMs, before] = [Date.now(), cpuOf(pids)];
  for (;;) {
    await wait(POLL_MS);
    const isBack = (await unitsBack(harness, cell)) >= units;
    const toMs = Date.now();
    if (isBack && toMs - fromMs >= leastMs) {
      return { fromMs, toMs, cpu: cpuBetween(before, cpuOf(pids)) };
    }
    if (toMs - fromMs > withinMs) {
      throw new NoNumber(`${units} units were not on sale again within ${withinMs} ms`);
    }
  }
}

/** Makes this number of holds end at one instant, and waits for that instant. */
export async function endTimes(
  { pool }: Harness,
  sale: string,
  { orders, inMs }: { readonly orders: number; readonly inMs: number },
): Promise<void> {
  const dueMs = Date.now() + inMs;
  const { rowCount } = await pool.query(END_TIMES, [sale, orders, dueMs]);
  if (rowCount !== orders) throw new NoNumber(`only ${rowCount} of ${orders} holds were left`);
  if (Date.now() > dueMs) throw new NoNumber('the holds ended before all their times were set');
  await wait(dueMs - Date.now());
}

/** Counts orders placed in a window. Redis' clock and the window's ends are of one machine. */
async function soldIn(pool: Pool, sale: string, { fromMs, toMs }: Window): Promise<number> {
  const { rows } = await pool.query<{ sold: number }>(SOLD, [sale, fromMs, toMs]);
  return rows[0]!.sold;
}

/** Sums up windows: CPU of each process in µs per purchase, and purchases per second. */
export async function costOf(pool: Pool, sale: string, windows: readonly Window[]) {
  let [sold, ms] = [0, 0];
  const spent: Record<string, number> = {};
  for (const window of windows) {
    const more = await soldIn(pool, sale, window);
    sold += more;
    ms += window.toMs - window.fromMs;
    for (const [name, micros] of Object.entries(window.cpu)) {
      spent[name] = (spent[name] ?? 0) + micros;
    }
  }
  const cpu = Object.fromEntries(
    Object.entries(spent).map(([name, micros]) => [name, micros / sold]),
  );
  return { cpu, perSecond: (sold * 1_000) / ms };
}
