import type { Fault } from './sale.ts';

/**
 * A correct no: it wrote nothing. src/http/problem-catalogue.ts gives each code its status and its
 * words; fields other than `code` travel in the problem's body.
 */
export type Refusal =
  | { readonly code: 'invalid'; readonly errors: readonly Fault[] }
  | { readonly code: 'not_found' | 'forbidden' | 'key_reused' | 'precondition_failed' }
  /** `offer`: only this offer is paused or over. */
  | { readonly code: 'sale_paused' | 'sale_over'; readonly offer?: string }
  | { readonly code: 'unknown_offer'; readonly offer: string }
  | { readonly code: 'sold_out'; readonly offer: string; readonly unitsLeft: number }
  /** The quota, or the budget of a red packet, is used up in the shopper's cell. */
  | { readonly code: 'sold_out'; readonly promotion: string; readonly unitsLeft: number }
  /** `of` holds: orders unpaid at once; orders: of the sale; else units of `offer`, or claims. */
  | {
      readonly code: 'limit_reached';
      readonly limit: number;
      readonly taken: number;
      readonly of?: 'holds' | 'orders';
      readonly offer?: string;
    }
  /** `opensAt`: from when on this shopper may order. */
  | { readonly code: 'sale_not_open'; readonly opensAt: string | null }
  | { readonly code: 'price_changed'; readonly total: number; readonly quote?: unknown }
  | { readonly code: 'coupon_unavailable'; readonly promotion: string }
  | {
      readonly code: 'balance_short';
      readonly balance: 'points' | 'redPacket';
      readonly available: number;
    }
  | { readonly code: 'conflict'; readonly detail: string }
  /** `state`: the order's. */
  | { readonly code: 'not_payable'; readonly state: string; readonly detail: string }
  | { readonly code: 'not_refundable'; readonly state: string; readonly detail: string }
  /** Too many orders of the shopper expired unpaid, or what `detail` says. */
  | { readonly code: 'rate_limited'; readonly retryAfterS: number; readonly detail?: string }
  /** `detail`: why, when there is more to say than that. */
  | { readonly code: 'busy'; readonly retryAfterS: number; readonly detail?: string };

/** Tells a refusal from the answer that was asked for: no such answer has a field `code`. */
export function isRefusal<Answer extends object>(
  answer: Answer,
): answer is Extract<Answer, { readonly code: string }> {
  return 'code' in answer;
}

/** Seconds after which a caller turned away for now may come again; HTTP adds jitter. */
export const BUSY: Refusal & { code: 'busy' } = { code: 'busy', retryAfterS: 1 };
export const NOT_FOUND: Refusal = { code: 'not_found' };

/** One thing is wrong with a request: where (JSON pointer) and why. */
export const invalid = (pointer: string, detail: string): Refusal & { code: 'invalid' } => ({
  code: 'invalid',
  errors: [{ pointer, detail }],
});

/** The cursor of a list is none that the list has given. */
export const BAD_CURSOR = invalid('/query/cursor', 'is not the `next` of a page of this list');
