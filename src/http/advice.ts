import type { ProblemCode } from '../domain/refusal.ts';

/** When a problem is answered and what to do: its `detail`, unless a refusal has its own. */
export const advice: Record<ProblemCode, string> = {
  invalid: 'Mend what `errors` points at and send it again.',
  key_missing: 'Send a header `Idempotency-Key` of your own making with every order.',
  unauthenticated: 'Send `Authorization: Bearer` with a token that is signed and has not expired.',
  forbidden: 'The role or the store in the token is another than this needs.',
  not_found: 'It does not exist, or it is not yours.',
  unknown_offer: 'Read the sale again: `offer` is not in it.',
  sold_out: 'Fewer units of `offer` are left than you asked for; freed units come back on sale.',
  limit_reached: 'You hold `taken` of the `limit` units a shopper may have, or too many orders.',
  sale_not_open: 'Come back at `opensAt`; null: the operator has yet to open the sale.',
  sale_over: 'The sale or the offer has closed; no order is taken any more.',
  sale_paused: 'The operator has paused the sale; try again later with the same key.',
  price_changed: 'The order costs `total`: show it to the shopper, then ask again with a new key.',
  conflict: 'What you ask contradicts the present state; read it again first.',
  too_large: 'Send at most 16 KiB.',
  unsupported: 'Use a method of `Allow` and send bodies as `application/json`.',
  key_reused: 'Use a new key for another order; the same key repeats the first one.',
  fault: 'We have logged it under `instance`; the same key may be tried again.',
  busy: 'Wait as long as `Retry-After` says, then send the same again with the same key.',
};
