import { Stripe } from 'stripe';
import { ProviderAway } from './port.ts';
import type { CallAnswer, NewPayment, PaymentProvider, ProviderCall } from './port.ts';
import { oneHeader, openWithAny } from './signed-event.ts';
import { fromStripe } from './stripe-event.ts';

export interface StripeOptions {
  readonly apiKey: string;
  /** `whsec_…` each, of the endpoint its events come to; any of them verifies. */
  readonly webhookSecrets: readonly string[];
  /** Another server in its place, such as `http://127.0.0.1:12111`. */
  readonly apiBase?: string;
  /** For one call; 10 s unless given. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Of one payment, looked through before one more is made. */
const REFUNDS_MAX = 1_000;
/** Not allowed (yet, or any more), the same key is under way, too many: later it may do. */
const NOT_NOW = new Set([401, 403, 409, 429]);
const FAULTS_FROM = 500;

/** Stripe: an intent with manual capture, paid in the shopper's browser with its client secret. */
export function stripeProvider(options: StripeOptions): PaymentProvider {
  const stripe = connect(options);
  return {
    name: 'stripe',
    create: (payment) => create(stripe, payment),
    capture: ({ ref, key, amountMinor }) =>
      answered(async () => {
        const request = { idempotencyKey: `capture_${key}` };
        const amount = { amount_to_capture: amountMinor };
        return whereIs(await stripe.paymentIntents.capture(ref, amount, request));
      }),
    void: ({ ref, key }) =>
      answered(async () => {
        const request = { idempotencyKey: `void_${key}` };
        return whereIs(await stripe.paymentIntents.cancel(ref, {}, request));
      }),
    refund: (call) => answered(() => refund(stripe, call)),
    verify: (body, headers) => {
      const signature = oneHeader(headers, 'stripe-signature');
      const open = (secret: string) => stripe.webhooks.constructEvent(body, signature, secret);
      return fromStripe(openWithAny(options.webhookSecrets, open));
    },
  };
}

/** Whoever calls has retries of its own, with the same keys. */
function connect({ apiKey, apiBase, timeoutMs = TIMEOUT_MS }: StripeOptions): Stripe {
  const settings = { maxNetworkRetries: 0, timeout: timeoutMs, telemetry: false };
  if (apiBase === undefined) return new Stripe(apiKey, settings);
  const { protocol, hostname: host, port } = new URL(apiBase);
  const isPlain = protocol === 'http:';
  return new Stripe(apiKey, {
    ...settings,
    protocol: isPlain ? 'http' : 'https',
    host,
    port: port || (isPlain ? '80' : '443'),
  });
}

async function create(stripe: Stripe, { id, order, amountMinor, currency }: NewPayment) {
  const intent = {
    amount: amountMinor,
    currency: currency.toLowerCase(),
    capture_method: 'manual',
    metadata: { payment: id, order },
  } as const;
  try {
    const request = { idempotencyKey: `create_${id}` };
    const made = await stripe.paymentIntents.create(intent, request);
    const clientSecret = made.client_secret;
    return { ref: made.id, checkout: clientSecret === null ? {} : { clientSecret } };
  } catch (error) {
    throw isAway(error) ? away(error) : error;
  }
}

/**
 * Keys are remembered for a day only, and a refund may be tried again after weeks: its own key is
 * kept with it, and looked for before it is made.
 */
async function refund(stripe: Stripe, { ref, key, amountMinor }: ProviderCall) {
  const made = await stripe.refunds
    .list({ payment_intent: ref, limit: 100 })
    .autoPagingToArray({ limit: REFUNDS_MAX });
  if (made.length === REFUNDS_MAX) return refused(`${REFUNDS_MAX} refunds have been made`);
  const before = made.find(({ metadata }) => metadata?.['key'] === key);
  const asked = { payment_intent: ref, amount: amountMinor, metadata: { key } };
  const request = { idempotencyKey: `refund_${key}` };
  const { id, status } = before ?? (await stripe.refunds.create(asked, request));
  if (status === 'failed' || status === 'canceled') return refused(`refund ${id} is ${status}`);
  return { state: 'refunded' } as const;
}

const refused = (detail: string): CallAnswer => ({ state: 'refused', detail });

function whereIs({ status }: Pick<Stripe.PaymentIntent, 'status'>): CallAnswer {
  if (status === 'succeeded') return { state: 'captured' };
  if (status === 'canceled') return { state: 'voided' };
  return refused(`the payment intent is ${status}`);
}

/** An intent in another state than the call wants comes with the error, and says where it is. */
async function answered(call: () => Promise<CallAnswer>): Promise<CallAnswer> {
  try {
    return await call();
  } catch (error) {
    if (isAway(error)) throw away(error);
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const { code, type, payment_intent: intent } = error;
    if (code === 'payment_intent_unexpected_state' && intent) return whereIs(intent);
    return refused(code ?? type);
  }
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  const { statusCode } = error;
  return statusCode === undefined || NOT_NOW.has(statusCode) || statusCode >= FAULTS_FROM;
}

function away(cause: unknown): ProviderAway {
  const what = cause instanceof Stripe.errors.StripeError ? cause.type : 'an error';
  return new ProviderAway(`Stripe does not answer: ${what}`, { cause });
}
