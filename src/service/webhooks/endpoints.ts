import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { NOT_FOUND, invalid } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { deliveryName, parseDeliveryName } from '../../domain/webhook.ts';
import type { DeliveryState, Webhook } from '../../domain/webhook.ts';
import { deliveriesOf } from '../../ledger/webhooks/deliveries.ts';
import type { DeliveryRow } from '../../ledger/webhooks/deliveries.ts';
import { mayRead } from '../../ledger/sale-stores.ts';
import {
  findWebhook,
  markWebhookRemoved,
  putWebhook,
  replayDeadDeliveries,
  rotateSecret,
  webhooksOfSale,
} from '../../ledger/webhooks/endpoints.ts';
import type { WebhookName, WebhookRow } from '../../ledger/webhooks/endpoints.ts';
import { targetFault } from '../../outgoing/webhook-target.ts';
import { refusalOf } from '../cells/apply-change-to-cells.ts';

export interface WebhooksDeps {
  readonly pool: Pool;
  /** For development: targets may use plain HTTP and private addresses. */
  readonly allowPrivate: boolean;
}

/** `owner`: the store whose merchant made it; null: an operator made it. `secret`: a new one. */
export interface WebhookView extends Webhook {
  readonly owner: string | null;
  readonly secret?: string;
}

export interface DeliveryView {
  readonly id: string;
  readonly kind: string;
  readonly state: DeliveryState;
  readonly tries: number;
  /** Why the last try failed; null: it did not, or there was none. */
  readonly error: string | null;
  readonly createdAt: string;
  readonly body: unknown;
}

export interface DeliveriesRequest {
  readonly state: DeliveryState;
  /** Null: the first page. */
  readonly cursor: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

export interface DeliveriesPage {
  readonly items: readonly DeliveryView[];
  /** The cursor of the next page; null: there is none. */
  readonly next: string | null;
}

const SECRET_BYTES = 24;
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const view = ({ id, url, kinds, store, owner }: Omit<WebhookRow, 'number'>): WebhookView => ({
  id,
  url,
  kinds,
  store,
  owner,
});

/** Creates or changes an endpoint. It keeps the URL in its full form, escaped where necessary. */
export async function setWebhook(
  { pool, allowPrivate }: WebhooksDeps,
  sale: SaleId,
  asked: Webhook,
  actor: Actor,
): Promise<WebhookView | Refusal> {
  const fault = targetFault(asked.url, { allowPrivate });
  if (fault) return invalid('/url', fault);
  const webhook = { ...asked, url: new URL(asked.url).href };
  const secret = newSecret();
  const change = await putWebhook(pool, sale, webhook, actor, secret);
  const shown = view({ ...webhook, owner: actor.store });
  switch (change.kind) {
    case 'created':
      return { ...shown, secret };
    case 'changed':
    case 'unchanged':
      return shown;
    default:
      return refusalOf(change);
  }
}

/** Lists endpoints, by id: a merchant sees those of the store, at most 3; an operator sees all. */
export async function webhooksOf(
  { pool }: WebhooksDeps,
  sale: SaleId,
  store: string | null,
): Promise<readonly WebhookView[] | Refusal> {
  if (!(await mayRead(pool, sale, store))) return NOT_FOUND;
  return (await webhooksOfSale(pool, sale, store)).map(view);
}

/** Gives an endpoint a new secret. For a day the old one signs too, and no other can be made. */
export async function rotateWebhook(
  { pool }: WebhooksDeps,
  name: WebhookName,
  actor: Actor,
): Promise<WebhookView | Refusal> {
  const secret = newSecret();
  const change = await rotateSecret(pool, name, actor, secret);
  if (change.kind !== 'changed') return refusalOf(change);
  const found = await findWebhook(pool, name);
  return found ? { ...view(found), secret } : NOT_FOUND;
}

/** Deletes an endpoint. It gets no message from then on, not even its due deliveries. */
export async function deleteWebhook(
  { pool }: WebhooksDeps,
  name: WebhookName,
  actor: Actor,
): Promise<{ readonly kind: 'removed' } | Refusal> {
  return (await markWebhookRemoved(pool, name, actor)) ? { kind: 'removed' } : NOT_FOUND;
}

const deliveryView = ({ id, body, createdAt, ...rest }: DeliveryRow): DeliveryView => ({
  ...rest,
  id: deliveryName(id),
  createdAt: createdAt.toISOString(),
  body: JSON.parse(body) as unknown,
});

/** Lists deliveries, oldest first. A cursor names the last delivery before the page. */
export async function webhookDeliveries(
  { pool }: WebhooksDeps,
  name: WebhookName,
  { state, cursor, limit }: DeliveriesRequest,
): Promise<DeliveriesPage | Refusal> {
  const after = cursor === null ? 0 : parseDeliveryName(cursor);
  if (after === null) return invalid('/query/cursor', 'is not the `next` of a page of this list');
  const own = await findWebhook(pool, name);
  if (!own) return NOT_FOUND;
  const found = await deliveriesOf(pool, own.number, state, { after, most: limit + 1 });
  const items = found.slice(0, limit).map(deliveryView);
  return { items, next: found.length > limit ? items.at(-1)!.id : null };
}

/** `passedOver`: the named deliveries that are not dead, or not of this endpoint. */
export interface Replayed {
  readonly replayed: number;
  readonly passedOver: number;
}

/** Makes dead deliveries due again. @param names null: all of them, at most 10,000 */
export async function replayDeliveries(
  { pool }: WebhooksDeps,
  name: WebhookName,
  names: readonly string[] | null,
  actor: Actor,
): Promise<Replayed | Refusal> {
  const ids = names?.map((one) => parseDeliveryName(one)) ?? null;
  const wrong = ids?.indexOf(null) ?? -1;
  if (wrong >= 0) return invalid(`/deliveries/${wrong}`, 'is not the id of a delivery');
  const replayed = await replayDeadDeliveries(pool, name, ids as readonly number[] | null, actor);
  if (replayed === null) return NOT_FOUND;
  return { replayed, passedOver: ids ? new Set(ids).size - replayed : 0 };
}
