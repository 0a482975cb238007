import type { Stripe } from 'stripe';
import type { ProviderEvent } from '../domain/payment.ts';
import { MalformedEvent } from './payment-provider.ts';

/** ISO 4217 for "no currency". */
const NO_CURRENCY = 'XXX';

const EVENT_ID = /^[\x21-\x7e]{1,256}$/;
const NOT_WHOLE = 'must have a reference, an amount and a currency';
const NO_EVENT = 'must have an id, a type and an object';

type Kind = ProviderEvent['kind'];
type Reference = string | { readonly id: string } | null;

const idOf = (reference: Reference): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);

/**
 * Translates an event of Stripe. Subscribe to `payment_intent.*`, `refund.*` and
 * `charge.refund.updated`. Stripe reports a refund more than once. The amount is that of the one
 * refund; with `charge.refunded` it is everything refunded so far.
 * @param event signed; any JSON
 * @throws MalformedEvent
 */
export function fromStripe(event: Stripe.Event): ProviderEvent {
  const { id, type, data } = (event ?? {}) as Partial<Stripe.Event>;
  const isEvent = typeof id === 'string' && EVENT_ID.test(id) && typeof type === 'string';
  const object: unknown = data?.object;
  if (!isEvent || typeof object !== 'object' || object === null) {
    throw new MalformedEvent([{ pointer: '', detail: NO_EVENT }]);
  }
  return told(event);
}

function told(event: Stripe.Event): ProviderEvent {
  switch (event.type) {
    case 'payment_intent.amount_capturable_updated':
      return ofCapturable(event, event.data.object);
    case 'payment_intent.succeeded':
      return ofIntent(event, 'captured', event.data.object, event.data.object.amount_received);
    case 'payment_intent.payment_failed':
      return ofIntent(event, 'failed', event.data.object, event.data.object.amount);
    case 'payment_intent.canceled':
      return ofIntent(event, 'voided', event.data.object, event.data.object.amount);
    case 'charge.refunded':
      return ofCharge(event, event.data.object);
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refund.updated':
      return ofRefund(event, event.data.object);
    default:
      return other(event);
  }
}

/** Stripe sends it at every change; nothing is capturable after a capture or cancellation. */
function ofCapturable(event: Stripe.Event, intent: Stripe.PaymentIntent): ProviderEvent {
  if (intent.amount_capturable === 0) return other(event);
  return ofIntent(event, 'authorized', intent, intent.amount_capturable);
}

function ofIntent(
  event: Stripe.Event,
  kind: Kind,
  { id, currency, metadata }: Stripe.PaymentIntent,
  amountMinor: number,
): ProviderEvent {
  return eventOf(event, kind, { ref: id, amountMinor, currency, metadata });
}

function ofCharge(event: Stripe.Event, charge: Stripe.Charge): ProviderEvent {
  const { payment_intent: intent, amount_refunded: amountMinor, currency, metadata } = charge;
  const ref = idOf(intent);
  return ref ? eventOf(event, 'refunded', { ref, amountMinor, currency, metadata }) : other(event);
}

function ofRefund(event: Stripe.Event, refund: Stripe.Refund): ProviderEvent {
  const { payment_intent: intent, amount: amountMinor, currency, metadata, status } = refund;
  const ref = idOf(intent);
  const told = { ref: ref ?? '', amountMinor, currency, metadata };
  if (ref && status === 'succeeded') return eventOf(event, 'refunded', told);
  if (!ref || (status !== 'failed' && status !== 'canceled')) return other(event);
  const key = metadata?.['key'] ?? null;
  return { ...eventOf(event, 'refund_failed', told), refund: { ref: refund.id, key } };
}

interface Told {
  readonly ref: string;
  readonly amountMinor: number;
  /** In lower case, as Stripe writes it. */
  readonly currency: string;
  readonly metadata: Stripe.Metadata | null;
}

/** Checks the fields: the account chooses the API version, so a signed event may lack some. */
function eventOf(event: Stripe.Event, kind: Kind, told: Told): ProviderEvent {
  const { ref, amountMinor, currency, metadata } = told;
  const isWhole =
    typeof ref === 'string' && Number.isSafeInteger(amountMinor) && /^[a-z]{3}$/.test(currency);
  if (!isWhole) throw new MalformedEvent([{ pointer: '/data/object', detail: NOT_WHOLE }]);
  return {
    id: event.id,
    kind,
    ref,
    payment: metadata?.['payment'] ?? null,
    order: metadata?.['order'] ?? null,
    amountMinor,
    currency: currency.toUpperCase(),
  };
}

function other({ id, data }: Stripe.Event): ProviderEvent {
  const ref = 'id' in data.object && typeof data.object.id === 'string' ? data.object.id : '';
  const none = { payment: null, order: null, amountMinor: 0, currency: NO_CURRENCY };
  return { id, kind: 'other', ref, ...none };
}
