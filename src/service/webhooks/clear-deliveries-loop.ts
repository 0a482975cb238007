import type { Pool } from 'pg';
import {
  emptyWebhook,
  pruneDeliveries,
  removeWebhook,
  removedWebhooks,
} from '../../ledger/webhooks/clear-deliveries.ts';

export interface ClearWebhooksDeps {
  readonly pool: Pool;
  /** Frees what an endpoint's queue has in Redis. */
  readonly dropQueue: (webhook: number) => Promise<void>;
}

/**
 * Forgets deliveries that are long over, and what is left of deleted endpoints. A run that is cut
 * short is made up by the next one.
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
