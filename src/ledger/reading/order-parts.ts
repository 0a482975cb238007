import type { OfferId, SaleId, ShopperId, StoreId } from '../../domain/ids.ts';
import type { Applied, OrderState } from '../../domain/order.ts';
import type { PaymentState } from '../../domain/payment.ts';
import type { RefundableLine } from '../../domain/refunds/refund-shares.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import type { Placing } from './walk-orders.ts';

/** A line with its index in the order. */
export interface PartLine extends RefundableLine {
  readonly line: number;
  /** The offer's present title. */
  readonly title: string;
}

/** An order, or the part of it that belongs to one store. */
export interface OrderPart extends Placing {
  readonly sale: SaleId;
  readonly shopper: ShopperId;
  /** Of the part: refunds of other lines do not move it. */
  readonly state: OrderState;
  readonly currency: string;
  readonly rulesVersion: number;
  readonly payByMs: number;
  /** At least one. */
  readonly lines: readonly PartLine[];
  /** Of the whole order, with a share for each line of the whole order that is not a gift. */
  readonly applied: readonly Applied[];
  readonly outOfGifts: readonly string[];
  readonly pointsUsed: number;
  /** The cash that went back for the lines of the part, or is on its way back. */
  readonly refundedMinor: number;
}

/** Narrows a list of parts; null: does not. */
export interface PartFilter {
  readonly store: StoreId | null;
  readonly offer: OfferId | null;
  readonly state: OrderState | null;
}

/** A payment, as its shopper and operators see it. */
export interface PaymentOfOrder {
  readonly id: string;
  readonly provider: string;
  /** The provider's id of it; null: the provider does not know it. */
  readonly ref: string | null;
  readonly state: PaymentState;
  readonly amountMinor: number;
  readonly currency: string;
  /** This payment made the order paid. */
  readonly pays: boolean;
  readonly createdAtMs: number;
}

/** A refund of an order, or the part of it that belongs to one store. */
export interface RefundOfPart {
  readonly id: string;
  readonly who: string;
  readonly cashMinor: number;
  readonly packetMinor: number;
  /** Of the whole refund, as are the coupons. */
  readonly points: number;
  readonly coupons: readonly string[];
  readonly restock: boolean;
  readonly atMs: number;
  readonly lines: readonly {
    readonly line: number;
    readonly quantity: number;
    readonly cash: number;
    readonly redPacket: number;
  }[];
}

const parts = query<OrderPart>('reading/orders/parts');
const payments = query<PaymentOfOrder>('reading/orders/payments');
const refunds = query<RefundOfPart>('reading/orders/refunds');
const titles = query<{ currency: string; titles: Readonly<Record<string, string>> }>(
  'reading/orders/titles',
);

export const EVERYTHING: PartFilter = { store: null, offer: null, state: null };

/** Reads some orders in the order given; those that the filter excludes are left out. */
export const partsOf = (
  on: Queryable,
  orders: readonly string[],
  { store, offer, state }: PartFilter,
): Promise<OrderPart[]> => rows(on, parts, [orders, store, offer, state]);

/** @returns null when there is no such order, or no line of it belongs to the store */
export async function findPart(
  on: Queryable,
  order: string,
  store: StoreId | null,
): Promise<OrderPart | null> {
  return (await partsOf(on, [order], { ...EVERYTHING, store }))[0] ?? null;
}

/** Lists an order's payments, oldest first. */
export const paymentsOfPart = (on: Queryable, order: string): Promise<PaymentOfOrder[]> =>
  rows(on, payments, [order]);

/** Lists what was refunded of an order or of a store's lines, oldest first; at most 1000. */
export const refundsOfPart = (
  on: Queryable,
  order: string,
  store: StoreId | null,
): Promise<RefundOfPart[]> => rows(on, refunds, [order, store]);

/** What answers about orders show of their sale. Titles by offer. */
export interface SaleWords {
  readonly currency: string;
  readonly titles: Readonly<Record<string, string>>;
}

/** @returns null when there is no such sale */
export async function wordsOfSale(
  on: Queryable,
  sale: string,
  offers: readonly string[],
): Promise<SaleWords | null> {
  return (await rows(on, titles, [sale, offers]))[0] ?? null;
}
