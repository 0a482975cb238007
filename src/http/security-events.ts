import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { SecurityEvent, SecurityNote } from '../domain/ops/process-figures.ts';
import type { Log, Pseudonyms } from '../platform/log.ts';
import { createThrottle } from '../platform/throttle.ts';
import type { Time } from '../platform/time.ts';
import { traceOf } from './request-trace.ts';

export interface SecurityDeps {
  readonly time: Pick<Time, 'monotonic'>;
  readonly log: Log;
  readonly pseudonyms: Pseudonyms;
  /** Is told of each event that is logged, or would be at the level `info`. */
  readonly onSecurity: (note: Omit<SecurityNote, 'atMs'>) => void;
}

/** Reads where a request comes from, behind the proxies that we trust. */
export type AddressOf = (request: IncomingMessage) => string;

/** Each kind of event is logged once in this time at each route, with the number left out. */
const EVENTS_MS = 1_000;

/**
 * Makes what notes an event, and logs it at `info`: who came from where to which route, as
 * pseudonyms.
 */
export function createSecurityLog(deps: SecurityDeps, addressOf: AddressOf) {
  const { time, log, pseudonyms, onSecurity } = deps;
  const throttle = createThrottle(time);
  return (request: FastifyRequest, route: string, event: SecurityEvent): void => {
    const leftOut = throttle(`${event} ${route}`, EVENTS_MS);
    if (leftOut === null) return;
    const person = request.claims ? pseudonyms.person(request.claims.sub) : null;
    const address = pseudonyms.address(addressOf(request.raw));
    const note = { event, route, person, address };
    onSecurity({ ...note, requestId: request.id, leftOut });
    log.info({ ...note, ...traceOf(request), leftOut }, 'security');
  };
}
