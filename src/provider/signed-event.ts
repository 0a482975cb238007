import { Webhook } from 'standardwebhooks';
import { BadEvent, MalformedEvent } from './payment-provider.ts';
import type { EventHeaders } from './payment-provider.ts';

const NO_JSON = [{ pointer: '', detail: 'is not JSON' }];
const ID = /^[\x21-\x7e]{1,256}$/;

/** @throws BadEvent when the header is missing or was sent more than once */
export function oneHeader(headers: EventHeaders, name: string): string {
  const value = headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new BadEvent(`the event has no ${name}, or more than one`);
}

/**
 * Opens an event with the first secret that fits. Hostile bytes may make a library throw anything:
 * that is a bad event and not our fault, and trying again does not help.
 * @param open checks the signature before it reads the JSON
 * @throws BadEvent
 * @throws MalformedEvent when the signed body is not JSON
 */
export function openWithAny<Event>(
  secrets: readonly string[],
  open: (secret: string) => Event,
): Event {
  let cause: unknown;
  for (const secret of secrets) {
    try {
      return open(secret);
    } catch (error) {
      if (error instanceof SyntaxError) throw new MalformedEvent(NO_JSON, { cause: error });
      cause = error;
    }
  }
  throw new BadEvent('the signature is wrong or stale', { cause });
}

/**
 * Opens an event in the form of Standard Webhooks, at most five minutes old (or early).
 * @param headers names in lower case
 * @param secrets `whsec_` and base64 each; any of them verifies, so that they can be rotated
 * @returns its id, which is signed too, and its parsed JSON
 * @throws BadEvent
 * @throws MalformedEvent when the body is not JSON
 */
export function openSignedEvent(
  body: Buffer,
  headers: EventHeaders,
  secrets: readonly string[],
): { id: string; payload: unknown } {
  const signed = {
    'webhook-id': oneHeader(headers, 'webhook-id'),
    'webhook-timestamp': oneHeader(headers, 'webhook-timestamp'),
    'webhook-signature': oneHeader(headers, 'webhook-signature'),
  };
  const id = signed['webhook-id'];
  if (!ID.test(id)) throw new BadEvent('the webhook-id is not an id');
  const open = (secret: string) => new Webhook(secret).verify(body, signed);
  return { id, payload: openWithAny(secrets, open) };
}
