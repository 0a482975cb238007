import type { StoreId } from './ids.ts';

/** The kinds of messages that a sale sends. docs/webhooks.md has an example of each. */
export const ORDER_KINDS = [
  'order.placed',
  'order.paid',
  'order.expired',
  'order.cancelled',
  'order.refunded',
] as const;
export const WEBHOOK_KINDS = [...ORDER_KINDS, 'stock.low', 'stock.sold_out', 'stock.back'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** The most endpoints of a sale: of operators together, and of each store. */
export const MAX_WEBHOOKS = 20;
export const MAX_STORE_WEBHOOKS = 3;
export const MAX_URL_CHARACTERS = 2_048;
/** The most deliveries that one replay makes due again. */
export const MAX_REPLAYED = 10_000;

/** An endpoint: it gets messages of a sale. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly WebhookKind[];
  /** It gets only messages about this store; null: all messages. */
  readonly store: StoreId | null;
}

/** `due`: must be sent, perhaps again · `done`: answered with 2xx · `dead`: given up. */
export type DeliveryState = 'due' | 'done' | 'dead';

const DELIVERY = /^delivery_(\d{1,15})$/;

/** The value of the header `webhook-id`, by which receivers recognise a repeated delivery. */
export const deliveryName = (id: number): string => `delivery_${id}`;

/** @returns null when the name is not a delivery's */
export function parseDeliveryName(name: string): number | null {
  const digits = DELIVERY.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
