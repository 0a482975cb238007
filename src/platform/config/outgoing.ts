import {
  httpUrl,
  isEventSecret,
  isOrigin,
  list,
  oneOf,
  optional,
  stripeKey,
  yesOrNo,
} from './parsers.ts';
import type { Variable } from './variable.ts';

const providers = ['sandbox', 'stripe', 'none'] as const;

/** Whom we call: payment providers and the endpoints of webhooks. */
export const outgoing = {
  paymentProvider: {
    name: 'PAYMENT_PROVIDER',
    fallback: 'sandbox',
    description: 'Who takes the money: sandbox, stripe or none',
    parse: oneOf(providers),
  },
  sandboxUrl: {
    name: 'SANDBOX_URL',
    fallback: '',
    description: 'The URL of a sandbox; unset: our own, or none when DATABASE_URL is set',
    parse: optional(httpUrl),
  },
  paymentEventSecrets: {
    name: 'PAYMENT_EVENT_SECRETS',
    fallback: '',
    description: 'Verify the events of a sandbox: `whsec_…`, newest first, separated by commas',
    parse: list(isEventSecret, 'secrets such as whsec_ and 24 to 64 bytes in base64'),
  },
  stripeSecretKey: {
    name: 'STRIPE_SECRET_KEY',
    fallback: '',
    description: 'The key for calls to Stripe, secret or restricted: `sk_…` or `rk_…`',
    parse: optional(stripeKey),
  },
  stripeWebhookSecrets: {
    name: 'STRIPE_WEBHOOK_SECRETS',
    fallback: '',
    description: 'Verify the events of Stripe: `whsec_…`, separated by commas',
    parse: list((item) => /^whsec_\w+$/.test(item), 'secrets that begin with whsec_'),
  },
  paymentReturnOrigins: {
    name: 'PAYMENT_RETURN_ORIGINS',
    fallback: '',
    description: 'Origins to which shoppers may return after paying, without https; unset: none',
    parse: list(isOrigin, 'origins such as http://localhost:3000'),
  },
  webhookAllowPrivate: {
    name: 'WEBHOOK_ALLOW_PRIVATE',
    fallback: 'false',
    description: 'Lets webhooks go to private addresses and by http: for development only',
    parse: yesOrNo,
  },
} as const satisfies Record<string, Variable<unknown>>;
