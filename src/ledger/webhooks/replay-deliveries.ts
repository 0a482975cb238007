import type { Pool } from 'pg';
import type { Actor } from '../../domain/people/actor.ts';
import { MAX_REPLAYED } from '../../domain/webhook.ts';
import { query, run } from '../../platform/query.ts';
import { onOwnWebhook, recordWebhookChange } from './endpoints.ts';
import type { WebhookName } from './endpoints.ts';

const replay = query('webhooks/deliveries/replay-dead');
const replayOne = query('webhooks/deliveries/replay-one');

/**
 * Makes dead deliveries due again, at most 10,000, oldest first.
 * @param ids null: all; an id that names no dead delivery of the endpoint is passed over
 * @returns their number; null when there is no such endpoint
 */
export const replayDeadDeliveries = (
  pool: Pool,
  name: WebhookName,
  ids: readonly number[] | null,
  actor: Actor,
): Promise<number | 'disabled' | null> =>
  onOwnWebhook(pool, name, async (client, { number, isEnabled }) => {
    if (!isEnabled) return 'disabled';
    const deliveries = await run(client, replay, [number, ids, MAX_REPLAYED]);
    const after = { deliveries };
    if (deliveries > 0)
      await recordWebhookChange(client, actor, name, 'replay', { before: null, after });
    return deliveries;
  });

/**
 * Makes one delivery due again, whether it was accepted or given up. One that is due stays as it
 * is, and one that is not of the endpoint is passed over.
 * @returns null when there is no such endpoint
 */
export async function replayOneDelivery(
  pool: Pool,
  name: WebhookName,
  delivery: number,
  actor: Actor,
): Promise<'replayed' | 'disabled' | null> {
  return onOwnWebhook(pool, name, async (client, { number, isEnabled }) => {
    if (!isEnabled) return 'disabled';
    const deliveries = await run(client, replayOne, [number, delivery]);
    const after = { deliveries };
    if (deliveries > 0) {
      await recordWebhookChange(client, actor, name, 'replay', { before: null, after });
    }
    return 'replayed';
  });
}
