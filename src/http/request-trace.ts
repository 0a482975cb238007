import type { FastifyRequest } from 'fastify';

/** W3C Trace Context: version, trace, parent, flags. Later versions may add fields. */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/;
const NO_VERSION = 'ff';
const ONLY_ZEROS = /^0+$/;

/** What finds the log lines of a request. Without a valid `traceparent` there is no `traceId`. */
export interface RequestTrace {
  readonly requestId: string;
  readonly traceId?: string;
}

/** @returns the trace that a `traceparent` names; null when it is missing or not valid */
function traceIn(header: string | undefined): string | null {
  const [, version, traceId = '', parent = '', more] = TRACEPARENT.exec(header ?? '') ?? [];
  if (version === undefined || version === NO_VERSION) return null;
  if (ONLY_ZEROS.test(traceId) || ONLY_ZEROS.test(parent)) return null;
  return version === '00' && more !== undefined ? null : traceId;
}

/** Reads the header only when a line is logged: all other requests pay nothing for it. */
export function traceOf({ id: requestId, headers }: FastifyRequest): RequestTrace {
  const traceId = traceIn(headers['traceparent'] as string | undefined);
  return traceId === null ? { requestId } : { requestId, traceId };
}
