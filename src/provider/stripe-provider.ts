import { Stripe } from 'stripe';
import { capturedAs } from './captured-amount.ts';
import { ProviderAway } from './payment-provider.ts';
import type {
  CallAnswer,
  NewPayment,
  PaymentProvider,
  ProviderCall,
  ProviderPayment,
  RefusedByProvider,
} from './payment-provider.ts';
import { oneHeader, openWithAny } from './signed-event.ts';
import { fromStripe } from './stripe-event.ts';

export interface StripeOptions {
  readonly apiKey: string;
  /** Secrets of the endpoint that receives its events, `whsec_…`; any of them verifies. */
  readonly webhookSecrets: readonly string[];
  /** A server to call in place of Stripe, such as `http://127.0.0.1:12111`. */
  readonly apiBase?: string;
  /** For one call; 10 s unless given. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Refunds of one payment to search before making one more: ten pages, one call each. */
const REFUNDS_MAX = 1_000;
/** Not allowed at present, the same key under way, too many requests: a later try may succeed. */
const NOT_NOW = new Set([401, 403, 409, 429]);
const FAULTS_FROM = 500;

/** Creates intents with manual capture. The shopper's browser pays with the client secret. */
export function stripeProvider(options: StripeOptions): PaymentProvider {
  const stripe = connect(options);
  return {
    name: 'stripe',
    create: (payment) => create(stripe, payment),
    capture: (call) =>
      answered(call, async () => {
        const request = { idempotencyKey: `capture_${call.key}` };
        const amount = { amount_to_capture: call.amountMinor };
        return whereIs(call, await stripe.paymentIntents.capture(call.ref, amount, request));
      }),
    void: (call) =>
      answered(call, async () => {
        const request = { idempotencyKey: `void_${call.key}` };
        return whereIs(call, await stripe.paymentIntents.cancel(call.ref, {}, request));
      }),
    refund: (call) => answered(call, () => refund(stripe, call)),
    verify: (body, headers) => {
      const signature = oneHeader(headers, 'stripe-signature');
      const open = (secret: string) => stripe.webhooks.constructEvent(body, signature, secret);
      return fromStripe(openWithAny(options.webhookSecrets, open));
    },
  };
}

/** Without retries of its own: the caller retries, with the same keys. */
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

async function create(
  stripe: Stripe,
  { id, order, amountMinor, currency }: NewPayment,
): Promise<ProviderPayment | RefusedByProvider> {
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
    return refusalOf(error);
  }
}

const hasFailed = ({ status }: Stripe.Refund): boolean =>
  status === 'failed' || status === 'canceled';

/**
 * Stripe remembers keys for a day, and a refund may be retried after weeks. So the key is stored
 * with the refund and searched for first. A failed refund gave nothing back: an operator who has it
 * tried again wants a new one.
 */
async function refund(stripe: Stripe, { ref, key, amountMinor }: ProviderCall) {
  const made = await stripe.refunds
    .list({ payment_intent: ref, limit: 100 })
    .autoPagingToArray({ limit: REFUNDS_MAX });
  if (made.length === REFUNDS_MAX) return refused(`${REFUNDS_MAX} refunds have been made`);
  const ours = made.filter(({ metadata }) => metadata?.['key'] === key);
  const failed = ours.filter(hasFailed).length;
  const asked = { payment_intent: ref, amount: amountMinor, metadata: { key } };
  const request = { idempotencyKey: `refund_${key}${failed > 0 ? `_${failed + 1}` : ''}` };
  const before = ours.find((one) => !hasFailed(one));
  const one = before ?? (await stripe.refunds.create(asked, request));
  if (hasFailed(one)) return refused(`refund ${one.id} is ${one.status}`);
  return { state: 'refunded' } as const;
}

const refused = (detail: string): RefusedByProvider => ({ state: 'refused', detail });

function whereIs(call: ProviderCall, intent: Stripe.PaymentIntent): CallAnswer {
  const { status, amount_received: amountMinor } = intent;
  const currency = intent.currency?.toUpperCase();
  if (status === 'succeeded') return capturedAs(call, { amountMinor, currency });
  if (status === 'canceled') return { state: 'voided' };
  return refused(`the payment intent is ${status}`);
}

/** When the intent is in an unexpected state, the error carries it with its real state. */
async function answered(call: ProviderCall, ask: () => Promise<CallAnswer>): Promise<CallAnswer> {
  try {
    return await ask();
  } catch (error) {
    const refusal = refusalOf(error);
    const { code, payment_intent: intent } = error as Stripe.errors.StripeError;
    const isElsewhere = code === 'payment_intent_unexpected_state' && intent;
    return isElsewhere ? whereIs(call, intent) : refusal;
  }
}

/** @throws ProviderAway, or an error that is not from Stripe */
function refusalOf(error: unknown): RefusedByProvider {
  if (isAway(error)) throw away(error);
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  return refused(error.code ?? error.type);
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
