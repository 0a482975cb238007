import type { Pool } from 'pg';
import { announceStockLevels } from '../../ledger/webhooks/announce-stock-levels.ts';

export interface CheckStockLevelsDeps {
  readonly pool: Pool;
}

/**
 * Tells endpoints which offers ran low, sold out or came back since the last run. This is one run;
 * a chore of the worker repeats it.
 * @returns the number of deliveries
 */
export const checkStockLevels = ({ pool }: CheckStockLevelsDeps): Promise<number> =>
  announceStockLevels(pool);
