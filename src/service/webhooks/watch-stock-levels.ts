import type { Pool } from 'pg';
import { announceStockLevels } from '../../ledger/webhooks/announce-stock-levels.ts';

export interface WatchLevelsDeps {
  readonly pool: Pool;
}

/**
 * Tells endpoints of offers that ran low, sold out or came back since the last look.
 * @returns the number of deliveries made
 */
export const watchLevels = ({ pool }: WatchLevelsDeps): Promise<number> =>
  announceStockLevels(pool);
