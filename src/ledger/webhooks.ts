import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../domain/ids.ts';
import { MAX_REPLAYED, MAX_WEBHOOKS } from '../domain/webhook.ts';
import type { Webhook } from '../domain/webhook.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';
import type { Change } from './change.ts';
import { lockSale } from './sale-row.ts';

/** `owner` null: an operator's; else the store whose merchant made it. */
export interface WebhookRow extends Webhook {
  readonly owner: string | null;
}

const ofSale = query<WebhookRow>('webhooks/of-sale');
const create = query('webhooks/create');
const set = query('webhooks/set');
const rotate = query('webhooks/rotate');
const remove = query('webhooks/remove');
const replay = query('webhooks/replay');

/** By id, at most 20. @param store a merchant's: only what this store's merchants made */
export async function webhooksOfSale(
  on: Queryable,
  sale: SaleId,
  store: string | null,
): Promise<WebhookRow[]> {
  const all = await rows(on, ofSale, [sale]);
  return all.filter(({ owner }) => store === null || owner === store);
}

function webhookConflict(known: WebhookRow | undefined, count: number, webhook: Webhook) {
  if (!known && count >= MAX_WEBHOOKS) return `a sale has at most ${MAX_WEBHOOKS} webhooks`;
  if (!known || known.owner === null || known.owner === webhook.store) return null;
  return `it belongs to the store ${known.owner} and hears of nothing else: delete it first`;
}

const isSame = (one: Webhook, other: Webhook): boolean =>
  one.url === other.url &&
  one.store === other.store &&
  one.kinds.toSorted().join() === other.kinds.toSorted().join();

/**
 * Creates an endpoint or sets it; its secret is set only when it is created.
 * @param store the merchant's own, or null for an operator
 */
export function putWebhook(
  pool: Pool,
  sale: SaleId,
  webhook: Webhook,
  { store, secret }: { readonly store: string | null; readonly secret: string },
): Promise<Change> {
  return transaction(pool, async (client) => {
    if (!(await lockSale(client, sale))) return { kind: 'unknown' };
    const all = await webhooksOfSale(client, sale, null);
    const known = all.find(({ id }) => id === webhook.id);
    const isForeign =
      store !== null && (webhook.store !== store || (known?.owner ?? store) !== store);
    if (isForeign || (store !== null && known?.owner === null)) return { kind: 'foreign' };
    const detail = webhookConflict(known, all.length, webhook);
    if (detail) return { kind: 'conflict', detail };
    if (known && isSame(known, webhook)) return { kind: 'unchanged' };
    const values = [sale, webhook.id, webhook.url, webhook.kinds, webhook.store];
    if (known) await run(client, set, values);
    else await run(client, create, [...values, store, secret]);
    return { kind: known ? 'changed' : 'created' };
  });
}

/** Runs a statement on an endpoint that the caller may touch. @returns false when there is none */
function onOwn(
  pool: Pool,
  { sale, id, store }: WebhookName,
  work: (client: PoolClient) => Promise<unknown>,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const own = await webhooksOfSale(client, sale, store);
    if (!own.some((webhook) => webhook.id === id)) return false;
    await work(client);
    return true;
  });
}

/** An endpoint and who asks; `store`: the merchant's own, or null for an operator. */
export interface WebhookName {
  readonly sale: SaleId;
  readonly id: string;
  readonly store: string | null;
}

/** The secret that was goes on signing for a day, beside the new one. */
export const rotateSecret = (pool: Pool, name: WebhookName, secret: string): Promise<boolean> =>
  onOwn(pool, name, (client) => run(client, rotate, [name.sale, name.id, secret]));

/** With all that was still to be delivered. */
export const removeWebhook = (pool: Pool, name: WebhookName): Promise<boolean> =>
  onOwn(pool, name, (client) => run(client, remove, [name.sale, name.id]));

/**
 * Puts dead deliveries back, at most 10,000, the oldest first.
 * @param ids null: any; ids of no dead delivery of the endpoint are passed over
 * @returns how many, or null when there is no such endpoint
 */
export async function replayDead(
  pool: Pool,
  name: WebhookName,
  ids: readonly number[] | null,
): Promise<number | null> {
  let replayed = 0;
  const isFound = await onOwn(pool, name, async (client) => {
    replayed = await run(client, replay, [name.sale, name.id, ids, MAX_REPLAYED]);
  });
  return isFound ? replayed : null;
}
