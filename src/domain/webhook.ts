import type { SaleId, StoreId } from './ids.ts';
import { toTimestamp } from './timestamps.ts';

/** The kinds of events about orders. docs/webhooks.md has an example of each sort of body. */
export const ORDER_KINDS = [
  'order.placed',
  'order.paid',
  'order.expired',
  'order.cancelled',
  'order.refunded',
] as const;
/** Every kind that an endpoint may ask for. */
export const WEBHOOK_KINDS = [
  ...ORDER_KINDS,
  'payment.failed',
  'refund.failed',
  'stock.low',
  'stock.sold_out',
  'stock.back',
  'offer.changed',
  'sale.opened',
  'sale.paused',
  'sale.resumed',
  'sale.closed',
] as const;
/** The event that tests an endpoint. Nobody asks for it by kind. */
export const TEST_KIND = 'test.ping';
export const EVENT_KINDS = [...WEBHOOK_KINDS, TEST_KIND] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];
export type EventKind = (typeof EVENT_KINDS)[number];

/** The most endpoints of a sale, or of all sales: of operators together, and of each store. */
export const MAX_WEBHOOKS = 20;
export const MAX_STORE_WEBHOOKS = 3;
export const MAX_URL_CHARACTERS = 2_048;
/** The most deliveries that one replay makes due again. */
export const MAX_REPLAYED = 10_000;

/** An endpoint: it gets messages of a sale, or of all sales. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly WebhookKind[];
  /** It gets only messages about this store; null: all messages. */
  readonly store: StoreId | null;
  /** A disabled endpoint gets none: no event is written for it, and what is due is given up. */
  readonly isEnabled: boolean;
}

/** The terms of an endpoint in a PUT. `isEnabled` absent: as it is; a new endpoint is enabled. */
export type WebhookPut = Omit<Webhook, 'isEnabled'> & { readonly isEnabled?: boolean };

/** The terms of an endpoint that a PATCH changes. */
export type WebhookPatch = Partial<Pick<Webhook, 'url' | 'kinds' | 'isEnabled'>>;

/** The sale whose messages an endpoint gets; null: all sales. */
export type WebhookScope = SaleId | null;

/** `due`: must be sent, perhaps again · `done`: answered with 2xx · `dead`: given up. */
export const DELIVERY_STATES = ['due', 'done', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

const DELIVERY = /^delivery_(\d{1,15})$/;

/** The value of the header `webhook-id`, by which receivers recognise a repeated delivery. */
export const deliveryName = (id: number): string => `delivery_${id}`;

/** @returns null when the name is not a delivery's */
export function parseDeliveryName(name: string): number | null {
  const digits = DELIVERY.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * The text that is signed and sent. A delivery gets its id only when it is inserted, so the text
 * that the ledger keeps lacks the id.
 * @param kept an object with at least one field, as JSON
 */
export const eventText = (id: number, createdAtMs: number, kept: string): string =>
  `{"id":"${deliveryName(id)}","createdAt":"${toTimestamp(createdAtMs)}",${kept.slice(1)}`;
