import type { FastifyRequest, preValidationHookHandler } from 'fastify';
import type { Actor } from '../../domain/people/actor.ts';
import { MAX_REASON_CHARACTERS, isReason } from '../../domain/people/change.ts';
import { invalid } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App } from '../deps.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the caller makes the change, in the caller's words; null: the request does not say. */
    reason: string | null;
  }
}

const REASON_HEADER = 'x-change-reason';
const BAD_REASON = invalid(
  `/headers/${REASON_HEADER}`,
  `must be 1 to ${MAX_REASON_CHARACTERS} printable characters in UTF-8`,
);

/** Node reads a header as Latin-1. Malformed UTF-8 becomes a character that no reason has. */
function decoded(header: string): string | null {
  const text = Buffer.from(header, 'latin1').toString('utf8');
  return isReason(text) && !text.includes('\ufffd') ? text : null;
}

/** Synchronous: it costs a change no promise. */
const readReason =
  (answers: Answers): preValidationHookHandler =>
  (request, reply, done) => {
    const header = request.headers[REASON_HEADER];
    if (header === undefined) return done();
    request.reason = decoded(String(header));
    if (request.reason !== null) return done();
    answers.refuse(request, reply, BAD_REASON);
  };

const REASON_SCHEMA = {
  type: 'string',
  description: `Why, in 1 to ${MAX_REASON_CHARACTERS} printable characters. It is recorded.`,
} as const;

/** The headers that the reference names, with the reason among them. */
function withReason(headers: { readonly properties?: object } = {}): object {
  const properties = { ...headers.properties, 'X-Change-Reason': REASON_SCHEMA };
  return { type: 'object', ...headers, properties };
}

/** Reads the reason on every route added after this call by which staff change something. */
export function readReasons(app: App, answers: Answers): void {
  app.decorateRequest('reason', null);
  app.addHook('onRoute', (route) => {
    const { who, isPreview = false } = route.config?.facts ?? {};
    if (typeof who !== 'object') return;
    const isChange = !isPreview && !['GET', 'HEAD'].includes(String(route.method));
    if (!isChange || !('operator' in who || 'merchant' in who)) return;
    route.preValidation = readReason(answers);
    route.config = { ...route.config, headers: withReason(route.config?.headers) };
  });
}

/** Who makes the change that a request asks for. Its route needs a token. */
export function actorOf(request: FastifyRequest): Actor {
  const { sub, role, store } = request.claims!;
  const route = request.routeOptions.config.label!;
  return { sub, role, store, route, requestId: request.id, reason: request.reason };
}
