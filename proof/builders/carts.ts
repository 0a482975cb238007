import type { CheckoutItem } from '../../src/cell/selling/checkout.ts';
import type { ClaimItem } from '../../src/cell/selling/claim.ts';
import type { PurchaseItem } from '../../src/cell/selling/purchase.ts';
import { newKey, newSerial, offerId, shopperId } from './ids.ts';

/** One item of a batch. Its figures may have any type, so that a test can send wrong ones. */
export interface Item {
  readonly serial: string;
  readonly shopper: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly offer: string;
  readonly quantity: unknown;
  readonly expectedTotal: unknown;
  readonly member: string | null;
}

/** One unit of the offer `a`, unless told otherwise. */
export const item = (more: Partial<Item> = {}): Item => ({
  serial: newSerial(),
  shopper: 'u1',
  key: newKey(),
  fingerprint: `${String(more.quantity ?? 1)}*${more.offer ?? 'a'}=`,
  offer: 'a',
  quantity: 1,
  expectedTotal: -1,
  member: null,
  ...more,
});

/** The same as an api sends it. */
export const purchaseOf = (more: Partial<Item> = {}): PurchaseItem => {
  const { expectedTotal: _, ...one } = item(more);
  return { ...one, expectedTotalMinor: null } as PurchaseItem;
};

/** Lines of a cart: offer and quantity of each. */
export const cartLines = (...lines: readonly (readonly [offer: string, quantity: number])[]) =>
  lines.map(([offer, quantity]) => ({ offer: offerId(offer), quantity }));

/** A cart of one unit of the offer `a`, unless told otherwise. */
export const cartOf = (more: Partial<CheckoutItem> = {}): CheckoutItem => ({
  serial: newSerial(),
  shopper: shopperId('u1'),
  key: newKey(),
  fingerprint: 'cart',
  member: null,
  lines: cartLines(['a', 1]),
  coupons: [],
  redPacket: 0,
  points: 0,
  expectedTotalMinor: null,
  ...more,
});

/** A claim of the promotion `coupon`, unless told otherwise. */
export const claimOf = (more: Partial<Record<keyof ClaimItem, string>> = {}): ClaimItem => ({
  serial: newSerial(),
  shopper: shopperId('u1'),
  key: newKey(),
  promotion: 'coupon',
  member: null,
  ...(more as Partial<ClaimItem>),
});
