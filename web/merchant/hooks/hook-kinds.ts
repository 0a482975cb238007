import type { Delivery, WebhookBody } from '../../../client/index.ts';

export type HookKind = WebhookBody['kinds'][number];
export type EventKind = Delivery['kind'];

/** The events that an endpoint may ask for. */
export const HOOK_KINDS = [
  'order.placed',
  'order.paid',
  'order.expired',
  'order.cancelled',
  'order.refunded',
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
] as const satisfies readonly HookKind[];

export const EVENT_KINDS = [...HOOK_KINDS, 'test.ping'] as const satisfies readonly EventKind[];

export const isHookKind = (word: unknown): word is HookKind =>
  HOOK_KINDS.some((kind) => kind === word);

export const isEventKind = (word: unknown): word is EventKind =>
  EVENT_KINDS.some((kind) => kind === word);

export const DELIVERY_STATES = ['all', 'due', 'done', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const isDeliveryState = (word: unknown): word is DeliveryState =>
  DELIVERY_STATES.some((state) => state === word);
