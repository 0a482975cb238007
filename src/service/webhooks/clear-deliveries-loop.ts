import type { Pool } from 'pg';
import {
  emptyWebhook,
  pruneDeliveries,
  removeWebhook,
  removedWebhooks,
} from '../../ledger/webhooks/clear-deliveries.ts';

export interface ClearWebhooksDeps {
  readonly pool: Pool;
  /** Deletes an endpoint's queue from Redis. */
  readonly dropQueue: (webhook: number) => Promise<void>;
}

/**
 * Deletes deliveries that ended long ago, and what is left of deleted endpoints. If a run is cut
 * short, the next one does the rest.
 */
export async function clearWebhooks(
  { pool, dropQueue }: ClearWebhooksDeps,
  signal: AbortSignal,
): Promise<void> {
  for (const webhook of await removedWebhooks(pool)) {
    if (!(await emptyWebhook(pool, webhook, signal))) continue;
    await dropQueue(webhook);
    await removeWebhook(pool, webhook);
  }
  await pruneDeliveries(pool, signal);
}
