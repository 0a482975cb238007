import type { Pool } from 'pg';
import type { Actor } from '../../domain/people/actor.ts';
import { BAD_CURSOR, NOT_FOUND, invalid } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { deliveryName, eventText, parseDeliveryName } from '../../domain/webhook.ts';
import type { DeliveryState, EventKind } from '../../domain/webhook.ts';
import { deliveriesOf, findDelivery } from '../../ledger/webhooks/deliveries.ts';
import type { DeliveryFilter, DeliveryRow } from '../../ledger/webhooks/deliveries.ts';
import { findWebhook } from '../../ledger/webhooks/endpoints.ts';
import type { WebhookName } from '../../ledger/webhooks/endpoints.ts';
import {
  replayDeadDeliveries,
  replayOneDelivery,
} from '../../ledger/webhooks/replay-deliveries.ts';

export interface DeliveriesDeps {
  readonly pool: Pool;
}

export interface DeliveryView {
  readonly id: string;
  readonly kind: EventKind;
  readonly state: DeliveryState;
  readonly tries: number;
  /** Why the last try failed; null: it did not, or there was none. */
  readonly error: string | null;
  readonly createdAt: string;
  readonly body: unknown;
}

export interface DeliveriesRequest extends DeliveryFilter {
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

export const deliveryView = (row: DeliveryRow): DeliveryView => {
  const { id, kind, state, tries, error, createdAtMs, body } = row;
  const event = JSON.parse(eventText(id, createdAtMs, body)) as unknown;
  const createdAt = toTimestamp(createdAtMs);
  return { id: deliveryName(id), kind, state, tries, error, createdAt, body: event };
};

/** Lists deliveries in order. A cursor names the last delivery before the page. */
export async function webhookDeliveries(
  { pool }: DeliveriesDeps,
  name: WebhookName,
  { cursor, limit, ...filter }: DeliveriesRequest,
): Promise<DeliveriesPage | Refusal> {
  const after = cursor === null ? null : parseDeliveryName(cursor);
  if (cursor !== null && after === null) return BAD_CURSOR;
  const own = await findWebhook(pool, name);
  if (!own) return NOT_FOUND;
  const page = { after, most: limit + 1 };
  const found = await deliveriesOf(pool, own.number, filter, page);
  const items = found.slice(0, limit).map(deliveryView);
  return { items, next: found.length > limit ? items.at(-1)!.id : null };
}

/** @param delivery its name */
export async function webhookDelivery(
  { pool }: DeliveriesDeps,
  name: WebhookName,
  delivery: string,
): Promise<DeliveryView | Refusal> {
  const id = parseDeliveryName(delivery);
  const own = await findWebhook(pool, name);
  const row = own && id !== null ? await findDelivery(pool, own.number, id) : null;
  return row ? deliveryView(row) : NOT_FOUND;
}

const DISABLED: Refusal = {
  code: 'conflict',
  detail: 'the endpoint is disabled: enable it, then send its deliveries again',
};

/** Sends one delivery again, whether it was accepted or given up. */
export async function replayDelivery(
  deps: DeliveriesDeps,
  name: WebhookName,
  delivery: string,
  actor: Actor,
): Promise<DeliveryView | Refusal> {
  const id = parseDeliveryName(delivery);
  const replayed = id === null ? null : await replayOneDelivery(deps.pool, name, id, actor);
  if (replayed === 'disabled') return DISABLED;
  return webhookDelivery(deps, name, delivery);
}

/** `passedOver`: the named deliveries that are not dead, or not of this endpoint. */
export interface Replayed {
  readonly replayed: number;
  readonly passedOver: number;
}

/** Makes dead deliveries due again. @param names null: all of them, at most 10,000 */
export async function replayDeliveries(
  { pool }: DeliveriesDeps,
  name: WebhookName,
  names: readonly string[] | null,
  actor: Actor,
): Promise<Replayed | Refusal> {
  const ids = names?.map((one) => parseDeliveryName(one)) ?? null;
  const wrong = ids?.indexOf(null) ?? -1;
  if (wrong >= 0) return invalid(`/deliveries/${wrong}`, 'is not the id of a delivery');
  const replayed = await replayDeadDeliveries(pool, name, ids as readonly number[] | null, actor);
  if (replayed === null) return NOT_FOUND;
  if (replayed === 'disabled') return DISABLED;
  return { replayed, passedOver: ids ? new Set(ids).size - replayed : 0 };
}
