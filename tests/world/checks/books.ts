import type { Pool } from 'pg';

const tables = [
  ...['sales', 'offers', 'cells', 'inboxes', 'instructions', 'allotments', 'entries'],
  ...['orders', 'order_lines', 'order_promotions', 'order_moves', 'claims', 'dead_letters'],
  'withdrawals',
  ...['budgets', 'promotions', 'pots', 'pot_allotments', 'coupons', 'balances'],
  ...['refunds', 'refund_lines', 'order_moves', 'terms_history'],
];

/** Everything that the ledger holds, sorted: two dumps differ only if something has changed. */
export async function dumpLedger(pool: Pool): Promise<Record<string, unknown[]>> {
  const dump: Record<string, unknown[]> = {};
  for (const table of tables) {
    const { rows } = await pool.query<{ row: unknown }>(
      `select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`,
    );
    dump[table] = rows.map(({ row }) => row);
  }
  return dump;
}

/** Units of an offer that the ledger holds for buyers, over all cells. */
export async function heldUnits(pool: Pool, sale: string, offer: string): Promise<number> {
  const { rows } = await pool.query<{ held: number }>(
    'select sum(held)::integer as held from allotments where sale = $1 and offer = $2',
    [sale, offer],
  );
  return rows[0]!.held;
}
