import type { Pool } from 'pg';
import { announceStockLevels } from '../../ledger/webhooks/announce-stock-levels.ts';

export interface WatchStockLevelsDeps {
  readonly pool: Pool;
}

/**
 * Tells endpoints which offers ran low, sold out or came back since the last call.
 * @returns the number of deliveries
 */
export const watchStockLevels = ({ pool }: WatchStockLevelsDeps): Promise<number> =>
  announceStockLevels(pool);
