import type { PaymentCheckout, ProviderEvent } from '../domain/payment.ts';
import type { Fault } from '../domain/sale.ts';

/** A payment as the provider is told of it. */
export interface NewPayment {
  /** Ours: also the idempotency key, so that asking twice makes one. */
  readonly id: string;
  readonly order: string;
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** A payment as it is found at the provider. */
export interface ProviderPayment {
  readonly ref: string;
  readonly checkout: PaymentCheckout;
}

/** The provider will never do it; an operator, or whoever asked, has to look. */
export interface RefusedByProvider {
  readonly state: 'refused';
  readonly detail: string;
}

/** Asks something of a payment the provider has. */
export interface ProviderCall {
  readonly ref: string;
  /** Idempotency key: derived from the order, the same at every try. */
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/**
 * Where a payment is after a call, whatever was asked: a void may find it captured, a capture may
 * find it voided. One captured of another amount or currency than the call's is refused.
 */
export type CallAnswer = { readonly state: 'captured' | 'voided' | 'refunded' } | RefusedByProvider;

/** The provider did not answer, or not now: the same call with the same key may be tried again. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}

/** The event was not signed by the provider, is stale, or was altered. */
export class BadEvent extends Error {
  override readonly name = 'BadEvent';
}

/** The provider signed it, and it is no event: what is wrong with it, and where. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super('the event has not the shape of one', options);
    this.faults = faults;
  }
}

export type EventHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who takes money for us. No call is ever made inside a database transaction. */
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
