import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { insertTestDelivery, findDelivery } from '../../ledger/webhooks/deliveries.ts';
import { findWebhook } from '../../ledger/webhooks/endpoints.ts';
import type { WebhookName } from '../../ledger/webhooks/endpoints.ts';
import { deliveryView } from './deliveries.ts';
import type { DeliveryView } from './deliveries.ts';
import { tryDelivery } from './try-delivery.ts';
import type { DeliveryTerms, TryDeliveryDeps } from './try-delivery.ts';

export type TestWebhookDeps = Pick<TryDeliveryDeps, 'pool' | 'allowPrivate' | 'time'>;

/** One try, which is over before the request that asks for it. */
const TERMS: DeliveryTerms = {
  retryAfterMs: [],
  timeoutMs: 2_500,
  lostAfterMs: 60_000,
  waitingMost: 0,
};

/**
 * Sends a test event to an endpoint at once, past the queue of its deliveries. There is only one
 * try. When this process ends in the middle of it, a worker sends the event again.
 * @returns the delivery, `done` or `dead`
 */
export async function testWebhook(
  { pool, allowPrivate, time }: TestWebhookDeps,
  name: WebhookName,
): Promise<DeliveryView | Refusal> {
  const own = await findWebhook(pool, name);
  if (!own) return NOT_FOUND;
  const { number, id, store } = own;
  const data = { webhook: { id, sale: name.sale, store } };
  const delivery = await insertTestDelivery(pool, number, data, TERMS.lostAfterMs);
  const { signal } = new AbortController();
  await tryDelivery({ pool, allowPrivate, time, terms: TERMS, signal }, delivery);
  const row = await findDelivery(pool, number, delivery);
  return row ? deliveryView(row) : NOT_FOUND;
}
