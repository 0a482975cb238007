import type { StoreId } from './ids.ts';

/** What a sale tells those who listen; docs/webhooks.md has an example of each. */
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

/** Endpoints of a sale: those of operators, and those of each store. */
export const MAX_WEBHOOKS = 20;
export const MAX_STORE_WEBHOOKS = 3;
export const MAX_URL_CHARACTERS = 2_048;
/** Deliveries that one replay puts back. */
export const MAX_REPLAYED = 10_000;

/** Where events of a sale go. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly WebhookKind[];
  /** Only what concerns this store; null: all. */
  readonly store: StoreId | null;
}

/** `due`: to be sent, perhaps again · `done`: answered with 2xx · `dead`: given up. */
export type DeliveryState = 'due' | 'done' | 'dead';

const DELIVERY = /^delivery_(\d{1,15})$/;

/** What receivers tell repeated deliveries by: the header `webhook-id`. */
export const deliveryName = (id: number): string => `delivery_${id}`;

/** @returns null when the name is not a delivery's */
export function parseDeliveryName(name: string): number | null {
  const digits = DELIVERY.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
