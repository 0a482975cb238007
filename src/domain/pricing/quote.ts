import type { IdempotencyKey, OfferId, ShopperId } from '../ids.ts';
import type { ReceiptView } from '../order.ts';
import type { Refusal } from '../refusals.ts';

/** A shopper's request about a cart. Its shape is checked. */
export interface CartRequest {
  readonly sale: string;
  readonly shopper: ShopperId;
  /** The tier in the token; null: none. */
  readonly member: string | null;
  readonly lines: readonly { readonly offer: OfferId; readonly quantity: number }[];
  /** The promotions of the named coupons; none twice. */
  readonly coupons: readonly string[];
  /** The red packet to use, in minor units; `max`: the whole balance. */
  readonly redPacket: number | 'max';
  readonly points: number;
}

export interface OrderRequest extends CartRequest {
  readonly key: IdempotencyKey;
  /** The total that the shopper saw, in minor units; null: any total is accepted. */
  readonly expectedTotalMinor: number | null;
}

export interface QuoteRequest extends Omit<CartRequest, 'shopper'> {
  /** Null: a guest, who holds nothing. */
  readonly shopper: ShopperId | null;
  /** Asks for the held coupons with the lowest total, instead of the named ones. */
  readonly isBest: boolean;
}

/** A promotion that nearly gives more: spend `missing` more to save `gives` more. Minor units. */
export interface NearView {
  readonly promotion: string;
  /** The store, when the layer looks at each store alone. */
  readonly store?: string;
  readonly missing: number;
  readonly gives: number;
}

/** Why a named coupon, a tender or a gift did not apply. */
export type UnusedReason =
  | 'no_eligible_line'
  | 'below_threshold'
  | 'other_member_tier'
  | 'budget_spent'
  | 'another_was_better'
  | 'nothing_left_to_pay'
  | 'out_of_gifts';

export interface UnusedView {
  readonly promotion: string;
  readonly reason: UnusedReason;
}

/** What would refuse the cart as an order, with the offer where it is about one. */
export type QuoteProblem = Extract<
  Refusal,
  {
    readonly code:
      'sale_not_open' | 'sale_over' | 'sale_paused' | 'sold_out' | 'limit_reached' | 'rate_limited';
  }
> & { readonly offer?: string };

/** A quote in an HTTP answer. Money in minor units. */
export interface QuoteView extends ReceiptView {
  readonly sale: string;
  readonly rulesVersion: number;
  readonly near: readonly NearView[];
  readonly unused: readonly UnusedView[];
  readonly problems: readonly QuoteProblem[];
  /** The coupons that the price is for. */
  readonly coupons: readonly string[];
  /** False when there were too many coupons to try every combination. */
  readonly exhaustive: boolean;
}
