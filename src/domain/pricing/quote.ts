import type { IdempotencyKey, OfferId, ShopperId } from '../ids.ts';
import type { ReceiptView } from '../order.ts';

/** What a shopper asks about a cart, its shape already checked. */
export interface CartRequest {
  readonly sale: string;
  readonly shopper: ShopperId;
  /** The tier in the token, or null. */
  readonly member: string | null;
  readonly lines: readonly { readonly offer: OfferId; readonly quantity: number }[];
  /** Promotions whose coupons are named; no one twice. */
  readonly coupons: readonly string[];
  /** Red packet to use, in minor units; `max`: all there is. */
  readonly redPacket: number | 'max';
  readonly points: number;
}

export interface OrderRequest extends CartRequest {
  readonly key: IdempotencyKey;
  /** The total the shopper saw, in minor units; null: whatever it is. */
  readonly expectedTotalMinor: number | null;
}

export interface QuoteRequest extends CartRequest {
  /** The held coupons that cost least, instead of named ones. */
  readonly isBest: boolean;
}

/** A promotion that nearly gives more: so much is missing, so much more comes off. Minor units. */
export interface NearView {
  readonly promotion: string;
  /** Where the layer looks at each store by itself. */
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

/** What HTTP answers for a quote; money in minor units. */
export interface QuoteView extends ReceiptView {
  readonly sale: string;
  readonly rulesVersion: number;
  readonly near: readonly NearView[];
  readonly unused: readonly UnusedView[];
  /** The coupons the price stands for. */
  readonly coupons: readonly string[];
  /** False when best deal had too many coupons to try every combination. */
  readonly exhaustive: boolean;
}
