import type { App } from '../deps.ts';
import type { Log, Pseudonyms } from '../../platform/log.ts';
import { traceOf } from '../request-trace.ts';

interface AccessDeps {
  readonly log: Log;
  readonly pseudonyms: Pseudonyms;
}

/**
 * Logs a line for each answered request of the routes added after this call. It names the pattern
 * of the route and never the path, which may hold the id of a shopper.
 */
export function logRequests(app: App, { log, pseudonyms }: AccessDeps): void {
  app.addHook('onResponse', (request, reply, done) => {
    const length = reply.getHeader('content-length');
    log.info(
      {
        ...traceOf(request),
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        person: request.claims ? pseudonyms.person(request.claims.sub) : null,
        // A stream does not know its length beforehand.
        bytes: length === undefined ? null : Number(length),
      },
      'answered',
    );
    done();
  });
}
