import type { PaymentCheckout, ProviderEvent } from '../domain/payment.ts';
import type { Fault } from '../domain/sale.ts';

/** A payment to create at the provider. */
export interface NewPayment {
  /** Our id. It is also the idempotency key: asking twice creates one payment. */
  readonly id: string;
  readonly order: string;
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Where the shopper goes after paying, if the provider's own page sends the shopper there. */
  readonly returnUrl?: string;
  /** What is paid for, for a page of the provider that shows it. */
  readonly lines?: readonly { readonly title: string; readonly quantity: number }[];
  /** The order is held until then: RFC 3339 UTC. */
  readonly payBy?: string;
}

/** A payment that the provider created. */
export interface ProviderPayment {
  readonly ref: string;
  readonly checkout: PaymentCheckout;
}

/** The provider will never do it: an operator or the caller has to look. */
export interface RefusedByProvider {
  readonly state: 'refused';
  readonly detail: string;
}

/** A request about a payment that the provider has. */
export interface ProviderCall {
  readonly ref: string;
  /** Idempotency key, derived from the order: the same at every try. */
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/**
 * The state of a payment after a call. It may differ from what the call asked for: a void may find
 * the payment captured, a capture may find it voided. Refused if captured with a different amount
 * or currency.
 */
export type CallAnswer = { readonly state: 'captured' | 'voided' | 'refunded' } | RefusedByProvider;

/** The provider did not answer, or cannot now: try the same call with the same key again. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}

/** The event is stale, altered, or not signed by the provider. */
export class BadEvent extends Error {
  override readonly name = 'BadEvent';
}

/** The provider signed it, but it is not a valid event; `faults` say what is wrong and where. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super('the event is malformed', options);
    this.faults = faults;
  }
}

export type EventHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Takes money for us. No call is made inside a database transaction. */
export interface PaymentProvider {
  readonly name: string;
  /** @throws ProviderAway */
  create(payment: NewPayment): Promise<ProviderPayment | RefusedByProvider>;
  /** @throws ProviderAway */
  capture(call: ProviderCall): Promise<CallAnswer>;
  /** @throws ProviderAway */
  void(call: ProviderCall): Promise<CallAnswer>;
  /** @throws ProviderAway */
  refund(call: ProviderCall): Promise<CallAnswer>;
  /**
   * @param body the bytes as they arrived
   * @throws BadEvent
   * @throws MalformedEvent
   */
  verify(body: Buffer, headers: EventHeaders): ProviderEvent;
}
