import type { Config } from '../platform/config/read-config.ts';
import type { Time } from '../platform/time.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { sandboxProvider } from './sandbox-provider.ts';
import { stripeProvider } from './stripe-provider.ts';

/** A sandbox that runs beside our local servers. */
export interface OwnSandbox {
  readonly url: string;
  /** Signs its events: `whsec_…`. */
  readonly secret: string;
}

export type PaymentConfig = Pick<
  Config,
  | 'paymentProvider'
  | 'sandboxUrl'
  | 'paymentEventSecrets'
  | 'stripeSecretKey'
  | 'stripeWebhookSecrets'
>;

/**
 * The provider that the configuration names.
 * @param own used when the provider is the sandbox and no URL is set
 * @returns null when nothing can be paid here
 */
export function chooseProvider(
  config: PaymentConfig,
  own: OwnSandbox | null,
  time: Pick<Time, 'deadline'>,
): PaymentProvider | null {
  const { paymentProvider, sandboxUrl, stripeSecretKey: apiKey } = config;
  if (paymentProvider === 'none') return null;
  if (paymentProvider === 'stripe') {
    if (apiKey === undefined) throw new TypeError('a checked configuration has a key for Stripe');
    return stripeProvider({ apiKey, webhookSecrets: config.stripeWebhookSecrets });
  }
  if (sandboxUrl !== undefined) {
    return sandboxProvider({ url: sandboxUrl, secrets: config.paymentEventSecrets, time });
  }
  return own ? sandboxProvider({ url: own.url, secrets: [own.secret], time }) : null;
}
