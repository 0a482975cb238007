import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

const KEY_BYTES = 32;
const PSEUDONYM_DIGITS = 12;
/** No two of a store's shoppers have the same one. */
const CUSTOMER_DIGITS = 24;

const SECRETS = [
  ...[
    'authorization',
    'secret',
    'jwtSecrets',
    'password',
    'token',
    'apiKey',
    'clientSecret',
    'jwtSecret',
  ],
  ...['paymentEventSecrets', 'stripeSecretKey', 'stripeWebhookSecrets', 'pseudonymSecret'],
];

/** Only the fields that help to find a fault: a driver's error also carries its connection. */
const err = (error: Error & { code?: unknown }) => ({
  type: error.name,
  message: error.message,
  code: error.code,
  stack: error.stack,
});

/** Logs JSON lines. A field named like a secret is redacted at the first three levels. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { level, redact: { paths, censor: '[redacted]' }, serializers: { err } };
  return destination ? pino(options, destination) : pino(options);
}

/** Names that stand for people: always the same ones under one secret. */
export interface Pseudonyms {
  /** @param sub as in the token */
  readonly person: (sub: string) => string;
  /** @param address of a network */
  readonly address: (address: string) => string;
  /**
   * A shopper, to the merchants of a store. Two stores cannot tell by these names that they have a
   * shopper in common.
   */
  readonly customer: (store: string, shopper: string) => string;
}

/**
 * A pseudonym is 12 hex digits, that of a customer 24. Its key is derived from the secret, so that
 * it says nothing about other uses of that secret, and a person never has the pseudonym of an
 * address.
 */
export function createPseudonyms(secret: string): Pseudonyms {
  const namer = (what: string, digits: number) => {
    const derived = hkdfSync('sha256', secret, '', `doorbuster pseudonym of a ${what}`, KEY_BYTES);
    const key = createSecretKey(Buffer.from(derived));
    return (text: string) => createHmac('sha256', key).update(text).digest('hex').slice(0, digits);
  };
  const customer = namer('customer', CUSTOMER_DIGITS);
  return {
    person: namer('person', PSEUDONYM_DIGITS),
    address: namer('address', PSEUDONYM_DIGITS),
    // No store's id has a space.
    customer: (store, shopper) => customer(`${store} ${shopper}`),
  };
}
