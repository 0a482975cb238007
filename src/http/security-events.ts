import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Log, Pseudonyms } from '../platform/log.ts';
import { createThrottle } from '../platform/throttle.ts';
import type { Time } from '../platform/time.ts';
import { traceOf } from './request-trace.ts';

/**
 * `denied`: the token does not allow it · `bad_token`: the token is forged, expired or for others ·
 * `bad_signature`: the provider did not sign the payment event · `rate_limited`: too many requests
 */
export type SecurityEvent = 'denied' | 'bad_token' | 'bad_signature' | 'rate_limited';

export interface SecurityDeps {
  readonly time: Pick<Time, 'monotonic'>;
  readonly log: Log;
  readonly pseudonyms: Pseudonyms;
}

/** Reads where a request comes from, behind the proxies that we trust. */
export type AddressOf = (request: IncomingMessage) => string;

/** Each kind of event is logged once in this time at each route, with the number left out. */
const EVENTS_MS = 1_000;

/** Makes what logs an event at `info`: who came from where to which route, as pseudonyms. */
export function createSecurityLog({ time, log, pseudonyms }: SecurityDeps, addressOf: AddressOf) {
  const throttle = createThrottle(time);
  return (request: FastifyRequest, route: string, event: SecurityEvent): void => {
    if (!log.isLevelEnabled('info')) return;
    const leftOut = throttle(`${event} ${route}`, EVENTS_MS);
    if (leftOut === null) return;
    const person = request.claims ? pseudonyms.person(request.claims.sub) : null;
    const address = pseudonyms.address(addressOf(request.raw));
    log.info({ event, route, person, address, ...traceOf(request), leftOut }, 'security');
  };
}
