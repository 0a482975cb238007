import type { ProblemCode } from '../domain/refusals.ts';

/** When a problem is answered and what to do: its `detail`, unless a refusal has its own. */
export const advice: Record<ProblemCode, string> = {
  invalid: 'Mend what `errors` points at and send it again.',
  key_missing:
    'Send a header `Idempotency-Key` of your own making with every order, claim, grant and refund.',
  unauthenticated: 'Send `Authorization: Bearer` with a token that is signed and has not expired.',
  forbidden: 'The role or the store in the token is another than this needs.',
  not_found: 'It does not exist, or it is not yours.',
  unknown_offer: 'Read the sale again: `offer` is not in it.',
  sold_out:
    'Too few units of `offer` are left, or none of `promotion`; what is freed comes back on sale.',
  limit_reached:
    'You have `taken` of the `limit` a shopper may have: units or claims, or what `of` says: ' +
    '"orders" of the sale, or "holds", orders unpaid at once, so pay or cancel one first.',
  sale_not_open: 'Come back at `opensAt`; null: the operator has yet to open the sale.',
  sale_over: 'The sale or the offer has closed; no order is taken any more.',
  sale_paused: 'The operator has paused the sale; try again later with the same key.',
  coupon_unavailable:
    '`promotion` is not for you now: no unused coupon of it is yours, or it is for other members.',
  balance_short: 'Your `balance` holds `available`: ask for no more, or for a red packet of "max".',
  price_changed:
    'It costs `total`, see `quote`: show it to the shopper, then ask again; the same key will do.',
  conflict: 'What you ask contradicts the present state; read it again first.',
  too_large: 'Send at most 16 KiB; a promotion or a grant 160 KiB, a payment event 64 KiB.',
  unsupported: 'Use a method of `Allow` and send bodies as `application/json`.',
  not_payable: 'Only a reserved order can be paid, and until it expires.',
  not_refundable: 'Only what was paid and is not yet refunded can be refunded.',
  key_reused: 'Use a new key: this one belongs to an earlier request, which alone it repeats.',
  rate_limited:
    'Too many of your orders expired unpaid: wait as long as `Retry-After` says; ' +
    'the same key will do.',
  fault: 'We have logged it under `instance`; the same key may be tried again.',
  busy: 'Wait as long as `Retry-After` says, then send the same again with the same key.',
};
