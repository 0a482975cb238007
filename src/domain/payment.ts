import type { OrderId } from './ids.ts';

/**
 * `creating`: the provider may not know of it yet · `open`: the shopper may pay · `authorized`: the
 * money is set aside, and will be captured · `captured` · `failed`: declined · `voided`: given up.
 */
export type PaymentState = 'creating' | 'open' | 'authorized' | 'captured' | 'failed' | 'voided';

/**
 * From which states a payment may come into another, whoever says so. Word of it arrives twice,
 * late and out of order: what is not here changes nothing, and captured money stays captured. A
 * shopper whose card failed may try another; money captured in spite of a void is there all the
 * same.
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
 * A try to pay an order: at most one of an order is creating, open or authorized, and there are 20
 * in all.
 */
export interface Payment {
  /** `<order>_p<number from 1>`: also the provider's idempotency key. */
  readonly id: string;
  readonly order: OrderId;
  readonly provider: string;
  /** The provider's own id; null while creating, and of one that was never made. */
  readonly ref: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly state: PaymentState;
  /** What the shopper's page needs: a URL to go to, or a client secret. */
  readonly checkout: PaymentCheckout | null;
}

export interface PaymentCheckout {
  readonly url?: string;
  readonly clientSecret?: string;
}

/** What HTTP answers for a payment; money in minor units. */
export interface PaymentView {
  readonly id: string;
  readonly order: string;
  readonly state: PaymentState;
  readonly amount: number;
  readonly currency: string;
  readonly provider: string;
  /** Until then the order is held: RFC 3339 UTC. */
  readonly payBy: string;
  readonly url?: string;
  readonly clientSecret?: string;
}

/** What a provider says happened to a payment, verified and in our words. */
export interface ProviderEvent {
  /** The provider's own id of the event: the same event twice has the same. */
  readonly id: string;
  readonly kind:
    'authorized' | 'captured' | 'failed' | 'voided' | 'refunded' | 'refund_failed' | 'other';
  /** The provider's id of the payment. */
  readonly ref: string;
  /** Ours, as the provider was told when the payment was made; null: it names none. */
  readonly payment: string | null;
  readonly order: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  /** Of a refund that failed: the provider's id of it, and the key of our call for it, if any. */
  readonly refund?: { readonly ref: string; readonly key: string | null };
}

/**
 * What became of an event. `moved`: it changed the payment · `known`: nothing was new ·
 * `duplicate`: the same event came before · `unknown`: no such payment, kept for an operator ·
 * `refused`: amount, currency or order are not the payment's, or a refund failed; kept for an
 * operator and alerted.
 */
export type EventOutcome = 'moved' | 'known' | 'duplicate' | 'unknown' | 'refused';

/** What a provider may be asked to do with a payment it has. */
export type ProviderCallKind = 'capture' | 'void' | 'refund';

/**
 * The idempotency key of a call: derived from the order, and the same at every try, so that the
 * provider does it once.
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
 * Why money goes back: `refund`, asked for by a merchant; else a capture that did not pay its
 * order, which came `late` (expired), after `cancel`, or `twice` (another payment had paid it).
 */
export type RefundCause = 'refund' | 'late' | 'cancel' | 'twice';

/** Something about money that an operator has to look at; `doorbuster payments` lists it. */
export interface PaymentAlert {
  readonly what: 'event_unknown' | 'event_refused' | 'call_dead';
  /** As the command knows it. */
  readonly id: string;
  readonly payment: string | null;
  readonly order: string | null;
  readonly detail: string;
}
