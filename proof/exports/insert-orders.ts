import type { Pool } from 'pg';

/** Orders that go straight into the ledger: no cell knows them. */
export interface Inserted {
  readonly sale: string;
  readonly orders: number;
  /** Every order has a line of the first, and every second order one of the second as well. */
  readonly offers: readonly [OfferOfStore, OfferOfStore];
}

interface OfferOfStore {
  readonly id: string;
  readonly store: string;
}

/** Ten orders were placed in each millisecond, as when a batch of a cell takes them. */
const ORDERS = `
  insert into orders (id, sale, cell, epoch, seq, shopper, key, fingerprint, state, total_minor,
    rules_version, placed_at, pay_by, expires_at)
  select $1 || '_0_' || translate(encode(sha256(n::text::bytea), 'base64'), '+/=', '-_')::char(22),
    $1, 0, 1, n, 'shopper ' || n % 1000, 'key-' || n, 'f', 'paid', 1000, 1,
    timestamptz '2025-06-01Z' + n / 10 * interval '1 millisecond', '2025-06-02Z', '2025-06-02Z'
  from generate_series(1, $2) n`;

const LINES = `
  insert into order_lines (order_id, line, offer, store, quantity, price_minor, activity_minor,
    net_minor)
  select id, line, case line when 0 then $2 else $3 end, case line when 0 then $4 else $5 end,
    1, 500, 500, 500
  from orders, generate_series(0, 1) line
  where sale = $1 and (line = 0 or seq % 2 = 0)`;

/** Inserts settled, paid orders; the same ones for the same arguments. */
export async function insertOrders(pool: Pool, { sale, orders, offers }: Inserted): Promise<void> {
  const [one, other] = offers;
  await pool.query(ORDERS, [sale, orders]);
  await pool.query(LINES, [sale, one.id, other.id, one.store, other.store]);
  await pool.query('analyze orders, order_lines');
}
