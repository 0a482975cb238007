import type { Pool } from 'pg';
import type { StoreId } from '../../../src/domain/ids.ts';
import { announceOrders } from '../../../src/ledger/webhooks/announce-orders.ts';
import type { OrderKind, WebhookKind } from '../../../src/domain/webhook.ts';
import { createRedis } from '../../../src/platform/redis.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { startWebhooks } from '../../../src/process/wiring/wire-webhooks.ts';
import type { DeliveryTerms } from '../../../src/service/webhooks/try-delivery.ts';
import { setWebhook } from '../../../src/service/webhooks/endpoints.ts';
import { webhookDeliveries } from '../../../src/service/webhooks/deliveries.ts';
import type { DeliveryView } from '../../../src/service/webhooks/deliveries.ts';
import type { DeliveryState, WebhookScope } from '../../../src/domain/webhook.ts';
import type { World } from '../servers/world.ts';
import { actorOf } from '../../../proof/builders/ids.ts';

export const QUICK: DeliveryTerms = {
  ...{ retryAfterMs: [10, 20], timeoutMs: 500, lostAfterMs: 60_000, waitingMost: 5_000 },
};

export interface Listening {
  readonly id?: string;
  readonly kinds?: readonly WebhookKind[];
  readonly store?: string | null;
  /** The store of the merchant who sets it; null for an operator. */
  readonly by?: string | null;
  readonly isEnabled?: boolean;
}

/** Sets an endpoint. @returns its secret */
export async function listen(
  pool: Pool,
  sale: WebhookScope,
  url: string,
  { id = 'w1', kinds = ['order.placed'], store = null, by = null, ...more }: Listening = {},
): Promise<string> {
  const deps = { pool, allowPrivate: true };
  const webhook = { id, url, kinds, store: store as StoreId | null, ...more };
  const set = await setWebhook(deps, sale, webhook, actorOf(by));
  if ('code' in set) throw new Error(JSON.stringify(set));
  return set.view.secret ?? '';
}

export const announce = (pool: Pool, kind: OrderKind, orders: readonly string[]): Promise<void> =>
  transaction(pool, (client) => announceOrders(client, kind, orders));

/** @param store the owner’s store; null for an operator */
export async function deliveries(
  pool: Pool,
  sale: WebhookScope,
  state: DeliveryState,
  id = 'w1',
  store: string | null = null,
): Promise<readonly DeliveryView[]> {
  const page = { isNewestFirst: false, cursor: null, limit: 100 };
  const asked = { states: [state], kind: null, ...page };
  const deps = { pool, allowPrivate: true };
  const found = await webhookDeliveries(deps, { sale, id, store }, asked);
  if ('code' in found) throw new Error(JSON.stringify(found));
  return found.items;
}

/** Runs the worker’s part of sending in this process. */
export function startSending(world: World, pool: Pool, terms: Partial<DeliveryTerms> = {}) {
  const redis = createRedis(world.redisUrl, { kind: 'steady', onError: () => {} });
  const outcomes: string[] = [];
  const sending = startWebhooks({
    pool,
    redis,
    redisUrl: world.redisUrl,
    time: systemTime,
    allowPrivate: true,
    onDelivered: (outcome) => outcomes.push(outcome),
    onError: (error) => console.error(error),
    terms: { ...QUICK, ...terms },
  });
  const stop = async () => {
    await sending.stop();
    redis.disconnect();
  };
  return { redis, outcomes, stop };
}
