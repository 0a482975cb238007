import type { Pool } from 'pg';
import { check } from '../../proof/checker/compare-books.ts';
import type { LedgerOrder, Verdict } from '../../proof/checker/compare-books.ts';
import { gatherEvidence } from '../../proof/checker/evidence.ts';

/** A journal's name for a cart: quantity and offer of each line. */
export const cartName = (
  lines: readonly { readonly offer: string; readonly quantity: number }[],
): string => lines.map(({ offer, quantity }) => `${quantity}*${offer}`).join('+');

/** Reads the tables directly and trusts no code of the service. Each order is one of its cart. */
const CARTS = `
  select o.id, o.shopper, o.key, 1 as quantity,
    (select string_agg(l.quantity || '*' || l.offer, '+' order by l.line)
      from order_lines l where l.order_id = o.id) as offer,
    o.state in ('reserved', 'paid', 'partly_refunded') as "isLive"
  from orders o where o.sale = $1`;
/** The orders of one offer ($2). The clients of the rush bought no other. */
const OF_OFFER = `
  select o.id, o.shopper, o.key, l.offer, l.quantity,
    o.state in ('reserved', 'paid', 'partly_refunded') as "isLive"
  from orders o
  join order_lines l on l.order_id = o.id
  where o.sale = $1 and l.offer = $2`;
const CLAIMS = `
  select id, shopper, key, promotion as offer, 1 as quantity, true as "isLive"
  from claims where sale = $1`;
const CLAIM_COUNT = 'select count(*)::integer as claims from claims where sale = $1';

export async function countClaims(pool: Pool, sale: string): Promise<number> {
  return (await pool.query<{ claims: number }>(CLAIM_COUNT, [sale])).rows[0]!.claims;
}

interface JournalledRush {
  readonly sale: string;
  readonly journals: readonly string[];
  /** The units or claims that the sale has of each thing asked for. */
  readonly caps: ReadonlyMap<string, number>;
}

async function compare(
  pool: Pool,
  statement: string,
  { sale, journals, caps }: JournalledRush,
  more: readonly string[] = [],
): Promise<Verdict> {
  const evidence = await gatherEvidence(journals);
  const { rows: orders } = await pool.query<LedgerOrder>(statement, [sale, ...more]);
  return check(evidence, { orders, caps }, true);
}

/** Compares carts with the ledger. It counts whole carts and leaves units to the audit. */
export const checkCarts = (pool: Pool, rush: JournalledRush): Promise<Verdict> =>
  compare(pool, CARTS, rush);

/** Compares claims with the ledger. */
export const checkClaims = (pool: Pool, rush: JournalledRush): Promise<Verdict> =>
  compare(pool, CLAIMS, rush);

/** Compares the orders of one offer. The journals hold no requests for other offers. */
export const checkOffer = (pool: Pool, rush: JournalledRush, offer: string): Promise<Verdict> =>
  compare(pool, OF_OFFER, rush, [offer]);
