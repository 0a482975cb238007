import type { Pool } from 'pg';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';

const lock = query<{ is_mine: boolean }>('webhooks/stock-levels/try-lock');
const compare = query('webhooks/stock-levels/announce');

/**
 * Notes what is to be told of offers that ran low, sold out or came back since the last look. Units
 * count as the ledger has them: an order counts once it is settled.
 * @returns the number of deliveries made
 */
export function announceStockLevels(pool: Pool): Promise<number> {
  return transaction(pool, async (client) => {
    const [taken] = await rows(client, lock);
    return taken?.is_mine ? run(client, compare) : 0;
  });
}
