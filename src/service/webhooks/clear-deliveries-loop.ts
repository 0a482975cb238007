import type { Pool } from 'pg';
import {
  deleteDeliveriesOf,
  deleteOldDeliveries,
  deleteWebhookRow,
  listRemovedWebhooks,
} from '../../ledger/webhooks/clear-deliveries.ts';

export interface ClearDeliveriesDeps {
  readonly pool: Pool;
  /** Deletes an endpoint's queue from Redis. */
  readonly dropQueue: (webhook: number) => Promise<void>;
}

/**
 * Deletes deliveries that ended long ago, and what is left of deleted endpoints. This is one run; a
 * chore of the worker repeats it. If a run is cut short, the next one does the rest.
 */
export async function clearDeliveries(
  { pool, dropQueue }: ClearDeliveriesDeps,
  signal: AbortSignal,
): Promise<void> {
  for (const webhook of await listRemovedWebhooks(pool)) {
    if (!(await deleteDeliveriesOf(pool, webhook, signal))) continue;
    await dropQueue(webhook);
    await deleteWebhookRow(pool, webhook);
  }
  await deleteOldDeliveries(pool, signal);
}
