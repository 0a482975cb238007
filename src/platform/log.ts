import { createHmac } from 'node:crypto';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

const SECRETS = [
  ...['authorization', 'secret', 'jwtSecret', 'password', 'token', 'apiKey', 'clientSecret'],
  ...['paymentEventSecrets', 'stripeSecretKey', 'stripeWebhookSecrets'],
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

/** Names a person in logs by 12 hex digits: always the same ones under one secret. */
export function pseudonym(person: string, secret: string): string {
  return createHmac('sha256', secret).update(person).digest('hex').slice(0, 12);
}
