import type { Fault } from './sale.ts';

/**
 * The closed list of what may be answered instead of success: one row here and one in
 * docs/problems.md. `also` is a second status under the same code (405 beside 415).
 */
export const problems = {
  invalid: { status: 400, title: 'The request is not valid' },
  key_missing: { status: 400, title: 'An idempotency key is required' },
  unauthenticated: { status: 401, title: 'A valid token is required' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  not_found: { status: 404, title: 'There is no such thing here' },
  unknown_offer: { status: 404, title: 'The sale has no such offer' },
  sold_out: { status: 409, title: 'An offer is sold out' },
  limit_reached: { status: 409, title: 'The limit per shopper is reached' },
  sale_not_open: { status: 409, title: 'The sale has not opened yet' },
  sale_over: { status: 409, title: 'The sale is over' },
  sale_paused: { status: 409, title: 'The sale is paused' },
  coupon_unavailable: { status: 409, title: 'A coupon cannot be used' },
  balance_short: { status: 409, title: 'A balance holds less than was asked for' },
  price_changed: { status: 409, title: 'The total is not the expected one' },
  conflict: { status: 409, title: 'The change contradicts the present state' },
  too_large: { status: 413, title: 'The request body is too large' },
  unsupported: { status: 415, also: 405, title: 'The method or media type is not supported' },
  not_payable: { status: 409, title: 'The order cannot be paid' },
  not_refundable: { status: 409, title: 'The order cannot be refunded like that' },
  key_reused: { status: 422, title: 'This idempotency key was used for something else' },
  rate_limited: { status: 429, title: 'Too many: wait a while' },
  fault: { status: 500, title: 'Something broke on our side' },
  busy: { status: 503, title: 'Not now: try again with the same key' },
} as const satisfies Record<string, { status: number; also?: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** A correct no: it wrote nothing. Fields beside `code` travel in the problem's body. */
export type Refusal =
  | { readonly code: 'invalid'; readonly errors: readonly Fault[] }
  | { readonly code: 'not_found' | 'forbidden' | 'sale_over' | 'sale_paused' | 'key_reused' }
  | { readonly code: 'unknown_offer'; readonly offer: string }
  | { readonly code: 'sold_out'; readonly offer: string; readonly unitsLeft: number }
  /** The quota, or the budget of a red packet, is used up in the shopper's cell. */
  | { readonly code: 'sold_out'; readonly promotion: string; readonly unitsLeft: number }
  /** `of` holds: orders unpaid at once; orders: of the sale; without it, units or claims. */
  | {
      readonly code: 'limit_reached';
      readonly limit: number;
      readonly taken: number;
      readonly of?: 'holds' | 'orders';
    }
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
  /** Too many orders of the shopper expired unpaid. */
  | { readonly code: 'rate_limited'; readonly retryAfterS: number }
  | { readonly code: 'busy'; readonly retryAfterS: number };

/** Tells a refusal from the answer that was asked for: no such answer has a field `code`. */
export function isRefusal<Answer extends object>(
  answer: Answer,
): answer is Extract<Answer, { readonly code: ProblemCode }> {
  return 'code' in answer;
}

/** Seconds after which a caller turned away for now may come again; HTTP adds jitter. */
export const BUSY: Refusal = { code: 'busy', retryAfterS: 1 };
export const NOT_FOUND: Refusal = { code: 'not_found' };

/** One thing is wrong with a request: where (JSON pointer) and why. */
export const invalid = (pointer: string, detail: string): Refusal & { code: 'invalid' } => ({
  code: 'invalid',
  errors: [{ pointer, detail }],
});
