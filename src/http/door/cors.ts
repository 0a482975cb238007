import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../deps.ts';
import { varyBy } from '../headers.ts';

/** Of the answer to a preflight. */
export const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, idempotency-key, if-match, if-none-match, prefer, ' +
    'traceparent, x-change-reason',
  'access-control-max-age': '600',
};
const EXPOSED =
  'etag, idempotency-replayed, location, preference-applied, ratelimit, ratelimit-policy, ' +
  'retry-after, x-request-id';

/** Lets browsers call from these origins. Without origins it registers nothing. */
export function allowOrigins(app: App, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    varyBy(reply, 'origin');
    if (origin === undefined || !allowed.has(origin)) return done();
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', EXPOSED);
    done();
  });
}

/** Whether a browser asks if a page of an allowed origin may send the request it wants to. */
export function isPreflight({ method, headers }: FastifyRequest, reply: FastifyReply): boolean {
  return (
    method === 'OPTIONS' &&
    headers['access-control-request-method'] !== undefined &&
    reply.hasHeader('access-control-allow-origin')
  );
}
