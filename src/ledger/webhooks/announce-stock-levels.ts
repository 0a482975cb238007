import type { Pool } from 'pg';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';

const lock = query<{ is_mine: boolean }>('webhooks/stock-levels/try-lock');
const compare = query('webhooks/stock-levels/announce');

/**
 * Writes the deliveries that tell endpoints which offers ran low, sold out or came back since the
 * last call. It counts units as the ledger does, so an order counts once it is settled.
 * @returns the number of deliveries; 0 also when another process is doing it
 */
export function announceStockLevels(pool: Pool): Promise<number> {
  return transaction(pool, async (client) => {
    const [taken] = await rows(client, lock);
    return taken?.is_mine ? run(client, compare) : 0;
  });
}
