import type { Pool } from 'pg';
import { check } from './compare-books.ts';
import type { Evidence, Ledger, LedgerOrder, Verdict } from './compare-books.ts';
import { gatherEvidence } from './evidence.ts';

/** Reads the tables with its own statements, and trusts no code of the product. */
const ORDERS = `
  select o.id, o.shopper, o.key, l.offer, l.quantity, l.is_gift as "isGift", l.restocked,
    o.state not in ('expired', 'cancelled') as "isLive"
  from orders o
  left join order_lines l on l.order_id = o.id
  where o.sale = $1
  order by o.id, l.line`;
const CAPS = 'select id, cap from offers where sale = $1';
const COUNT = 'select count(*)::integer as orders from orders where sale = $1';
const POTS = `
  select p.pot, p.amount, coalesce(sum(a.spent), 0)::bigint as spent
  from pots p
  left join pot_allotments a on a.sale = p.sale and a.pot = p.pot
  where p.sale = $1
  group by p.pot, p.amount
  order by p.pot`;
const LAG = `
  select percentile_cont(array[0.5, 0.99]) within group
    (order by extract(epoch from settled_at - placed_at) * 1000) as lags
  from orders where sale = $1`;

async function readLedger(pool: Pool, sale: string): Promise<Ledger> {
  const orders = await pool.query<LedgerOrder>(ORDERS, [sale]);
  const caps = await pool.query<{ id: string; cap: number }>(CAPS, [sale]);
  return { orders: orders.rows, caps: new Map(caps.rows.map(({ id, cap }) => [id, Number(cap)])) };
}

export async function countOrders(pool: Pool, sale: string): Promise<number> {
  return (await pool.query<{ orders: number }>(COUNT, [sale])).rows[0]!.orders;
}

/** The time from acceptance of orders to settlement, in ms; null without orders. */
export async function settleLag(
  pool: Pool,
  sale: string,
): Promise<{ p50Ms: number; p99Ms: number } | null> {
  const { lags } = (await pool.query<{ lags: number[] | null }>(LAG, [sale])).rows[0]!;
  return lags && { p50Ms: Number(lags[0]), p99Ms: Number(lags[1]) };
}

/** Compares the ledger with what clients know, once it is quiet. */
export const checkEvidence = async (
  pool: Pool,
  sale: string,
  evidence: Evidence,
): Promise<Verdict> => check(evidence, await readLedger(pool, sale), true);

/** Reads the journals and the ledger, and compares them. */
export async function checkRush(
  pool: Pool,
  rush: { readonly sale: string; readonly journals: readonly string[]; readonly isQuiet: boolean },
): Promise<Verdict> {
  const evidence = await gatherEvidence(rush.journals);
  return check(evidence, await readLedger(pool, rush.sale), rush.isQuiet);
}

/** A budget (`budget:<id>`, minor units) or a quota (`quota:<promotion>`, claims). */
export interface PotFact {
  readonly pot: string;
  readonly amount: number;
  readonly spent: number;
}

export const readPots = async (pool: Pool, sale: string): Promise<PotFact[]> =>
  (await pool.query<PotFact>(POTS, [sale])).rows;
