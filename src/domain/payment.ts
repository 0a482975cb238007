import type { OrderId } from './ids.ts';

/**
 * `creating`: the provider may not know it yet · `open`: the shopper may pay · `authorized`: the
 * money is set aside for a capture · `captured` · `failed`: declined · `voided`: given up.
 */
export type PaymentState = 'creating' | 'open' | 'authorized' | 'captured' | 'failed' | 'voided';

/**
 * The states from which a payment may move to another. Events come twice, late and out of order: a
 * move that is not listed changes nothing, and captured money stays captured. A shopper whose card
 * failed may try another card. A provider may capture money in spite of a void.
 */
export const paymentMoves = {
  authorized: ['creating', 'open', 'failed'],
  captured: ['creating', 'open', 'authorized', 'failed', 'voided'],
  failed: ['creating', 'open'],
  voided: ['creating', 'open', 'authorized', 'failed'],
} as const satisfies Record<string, readonly PaymentState[]>;
export type PaymentMove = keyof typeof paymentMoves;

export const isLive = ({ state }: Pick<Payment, 'state'>): boolean =>
  state === 'creating' || state === 'open' || state === 'authorized';

/**
 * One try to pay an order. An order has at most 20, and at most one of them is creating, open or
 * authorized.
 */
export interface Payment {
  /** `<order>_p<number from 1>`: also the provider's idempotency key. */
  readonly id: string;
  readonly order: OrderId;
  readonly provider: string;
  /** The provider's id; null while it is creating, and when the provider never made it. */
  readonly ref: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly state: PaymentState;
  /** What the shopper's page needs: a URL to go to, or a client secret, and where to return. */
  readonly checkout: PaymentCheckout | null;
}

export interface PaymentCheckout {
  readonly url?: string;
  readonly clientSecret?: string;
  /** Where the shopper goes after paying, as the shop asked when the payment began. */
  readonly returnUrl?: string;
}

/** What HTTP answers for a payment; money in minor units. */
export interface PaymentView {
  readonly id: string;
  readonly order: string;
  readonly state: PaymentState;
  readonly amount: number;
  readonly currency: string;
  readonly provider: string;
  /** The order is held until then: RFC 3339 UTC. */
  readonly payBy: string;
  readonly url?: string;
  readonly clientSecret?: string;
  readonly returnUrl?: string;
}

/** What a provider says happened to a payment, verified and in our words. */
export interface ProviderEvent {
  /** The provider's id of the event. An event that is sent twice has the same id. */
  readonly id: string;
  readonly kind:
    'authorized' | 'captured' | 'failed' | 'voided' | 'refunded' | 'refund_failed' | 'other';
  /** The provider's id of the payment. */
  readonly ref: string;
  /** Our id, which the provider got when the payment was made; null: the event names none. */
  readonly payment: string | null;
  readonly order: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  /** A refund that failed: the provider's id of it, and the key of our call, if we made one. */
  readonly refund?: { readonly ref: string; readonly key: string | null };
}

/**
 * How an event was taken. `moved`: it changed the payment · `known`: it said nothing new ·
 * `duplicate`: the same event came before · `unknown`: there is no such payment; it is kept for an
 * operator · `refused`: its amount, currency or order is not the payment's, or it says that a
 * refund failed; it is kept for an operator, with an alert.
 */
export type EventOutcome = 'moved' | 'known' | 'duplicate' | 'unknown' | 'refused';

/** What a call asks a provider to do with a payment. */
export type ProviderCallKind = 'capture' | 'void' | 'refund';

/**
 * The idempotency key of a call. It is derived from the payment and the same at every try, so the
 * provider does the call once.
 * @param call refund: a merchant's; null: the call is about the whole payment
 */
export const callKey = (call: {
  readonly payment: string;
  readonly kind: ProviderCallKind;
  readonly refund: string | null;
}): string => {
  const key = `${call.payment}_${call.kind}`;
  return call.refund === null ? key : `${key}_${call.refund}`;
};

/**
 * Why money goes back. `refund`: a merchant asked for it. The others are captures that did not pay
 * their order: `late`: it had expired · `cancel`: it was cancelled · `twice`: another payment had
 * paid it.
 */
export type RefundCause = 'refund' | 'late' | 'cancel' | 'twice';

/** A problem with money that an operator must look at. `doorbuster payments` lists it. */
export interface PaymentAlert {
  readonly what: 'event_unknown' | 'event_refused' | 'call_dead';
  /** The id that the command takes. */
  readonly id: string;
  readonly payment: string | null;
  readonly order: string | null;
  readonly detail: string;
}
