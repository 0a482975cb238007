import type { Refusal } from '../domain/refusals.ts';
import type { Fault } from '../domain/sale.ts';

/** All error answers of HTTP: the refusals of the services, and its own. */
export type HttpRefusal =
  | Refusal
  | { readonly code: 'key_missing' | 'too_large' | 'too_slow' | 'headers_too_large' | 'fault' }
  | { readonly code: 'precondition_required' }
  /** `detail`: what the installation lacks. */
  | { readonly code: 'not_found'; readonly detail?: string }
  | { readonly code: 'unauthenticated'; readonly challenge: string; readonly detail?: string }
  /** `allow` lists the methods of the path (405). */
  | { readonly code: 'unsupported'; readonly allow: string }
  /** `errors` names the header of the body that is wrong (415). */
  | {
      readonly code: 'unsupported';
      readonly allow: null;
      readonly detail: string;
      readonly errors: readonly Fault[];
    };

export type ProblemCode = HttpRefusal['code'];

interface Problem {
  readonly status: number;
  /** A second status under the same code, such as 405 next to 415. */
  readonly also?: number;
  readonly title: string;
  /** When the problem is answered and what the caller can do, unless a refusal brings its own. */
  readonly detail: string;
}

/** The closed list of problems: one row here and one in docs/problems.md. */
export const problems = {
  invalid: {
    status: 400,
    title: 'The request is not valid',
    detail: 'Fix the fields listed in `errors`, then send the request again.',
  },
  key_missing: {
    status: 400,
    title: 'An idempotency key is required',
    detail: 'Send an `Idempotency-Key` header with every order, claim, grant and refund.',
  },
  unauthenticated: {
    status: 401,
    title: 'A valid token is required',
    detail: 'Send `Authorization: Bearer` with a signed token that has not expired.',
  },
  forbidden: {
    status: 403,
    title: 'The token does not allow this',
    detail: "Your token's role or store does not permit this.",
  },
  not_found: {
    status: 404,
    title: 'Not found',
    detail: 'It does not exist, or it is not yours.',
  },
  unknown_offer: {
    status: 404,
    title: 'The sale has no such offer',
    detail: '`offer` is not in this sale. Read the sale again.',
  },
  sold_out: {
    status: 409,
    title: 'Sold out',
    detail: 'Only `unitsLeft` of `offer` or `promotion` are left. Freed units go back on sale.',
  },
  limit_reached: {
    status: 409,
    title: 'The limit per shopper is reached',
    detail:
      'You have `taken` out of a `limit` per shopper. Without `of` it counts units or claims. ' +
      '"orders" counts your orders in the sale. "holds" counts your unpaid orders: ' +
      'pay or cancel one first.',
  },
  sale_not_open: {
    status: 409,
    title: 'The sale has not opened yet',
    detail:
      'You may order from `opensAt` on; members may come earlier. ' +
      'If it is null, the operator has not opened the sale yet.',
  },
  sale_over: {
    status: 409,
    title: 'The sale is over',
    detail: 'The sale or the offer has closed and takes no more orders.',
  },
  sale_paused: {
    status: 409,
    title: 'The sale or the offer is paused',
    detail:
      'The sale is paused, or only `offer` if that is given. Try again later with the same key.',
  },
  coupon_unavailable: {
    status: 409,
    title: 'The promotion is not available to you',
    detail:
      'You cannot use `promotion`: you hold no unused coupon of it, or it is for other members.',
  },
  balance_short: {
    status: 409,
    title: 'Your balance is too low',
    detail: 'Your `balance` has only `available`. Use less, or the red packet "max".',
  },
  price_changed: {
    status: 409,
    title: 'The total differs from the expected total',
    detail:
      'The cart costs `total`, and `quote` shows why. Show it to the shopper, then ask again. ' +
      'You may use the same key.',
  },
  too_slow: {
    status: 408,
    title: 'The request did not arrive in time',
    detail: 'Send the same request again, on a new connection.',
  },
  conflict: {
    status: 409,
    title: 'The change conflicts with the current state',
    detail: 'Read the current state again before you change it.',
  },
  precondition_failed: {
    status: 412,
    title: 'It is not as the request expects it',
    detail:
      'It changed since you read it, or `If-None-Match: *` found that it exists. ' +
      'Read it again, then decide whether to repeat the change with the new `ETag`.',
  },
  too_large: {
    status: 413,
    title: 'The request body is too large',
    detail:
      'Send at most 16 KiB, for a sale, promotion or grant 160 KiB, for a payment event 64 KiB, ' +
      'for a sale file 8 MiB.',
  },
  unsupported: {
    status: 415,
    also: 405,
    title: 'The method or media type is not supported',
    detail:
      'Use a method that `Allow` lists, and send bodies as `application/json`, not compressed.',
  },
  not_payable: {
    status: 409,
    title: 'The order cannot be paid',
    detail: 'You can pay an order only while it is reserved and has not expired.',
  },
  not_refundable: {
    status: 409,
    title: 'This refund is not possible',
    detail: 'You can refund only units that were paid and are not refunded yet.',
  },
  key_reused: {
    status: 422,
    title: 'This idempotency key belongs to a different request',
    detail: 'An earlier request with other content used this key. Send a new key.',
  },
  precondition_required: {
    status: 428,
    title: 'A condition is required',
    detail: 'Send `If-Match` with the `ETag` of what you read, or `If-None-Match: *` to create.',
  },
  rate_limited: {
    status: 429,
    title: 'Wait before you try again',
    detail:
      'Too many of your orders expired unpaid. Wait as long as `Retry-After` says. ' +
      'You may use the same key.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    detail: 'Send at most 16 KiB of headers.',
  },
  fault: {
    status: 500,
    title: 'Something failed on our side',
    detail: 'We logged the error under `instance`. You may try again with the same key.',
  },
  busy: {
    status: 503,
    title: 'Busy: send the same request again',
    detail:
      'Send the same request again after `Retry-After`; a POST with the same `Idempotency-Key`.',
  },
} as const satisfies Record<ProblemCode, Problem>;
