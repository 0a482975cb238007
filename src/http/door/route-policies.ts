import type { onRequestHookHandler } from 'fastify';
import type { Role } from '../../domain/people/actor.ts';
import type { Answers } from '../answers.ts';
import { factsOf } from '../catalogue/catalogue.ts';
import type { RouteFacts } from '../catalogue/facts.ts';
import type { App } from '../deps.ts';
import type { Claims, TokenCheck } from './verify-token.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's row in the catalogue. */
    facts?: RouteFacts;
  }
  interface FastifyRequest {
    /** Null on routes that anyone may call. */
    claims: Claims | null;
  }
}

const NO_TOKEN = { code: 'unauthenticated', challenge: 'Bearer' } as const;
const BAD_TOKEN = { code: 'unauthenticated', challenge: 'Bearer error="invalid_token"' } as const;

/** Synchronous with a callback: an async hook would cost the hot path a promise. */
function checkRole(
  roles: readonly Role[],
  tokens: TokenCheck,
  answers: Answers,
): onRequestHookHandler {
  return (request, reply, done) => {
    const { authorization } = request.headers;
    const claims = authorization === undefined ? null : tokens.claims(authorization);
    if (claims && roles.includes(claims.role)) {
      request.claims = claims;
      done();
    } else if (claims) {
      answers.refuse(request, reply, { code: 'forbidden' });
    } else {
      answers.refuse(request, reply, authorization === undefined ? NO_TOKEN : BAD_TOKEN);
    }
  };
}

/**
 * Checks who may call every route added after this call, before the body is read. A route that the
 * catalogue lacks stops the start, and so does one that needs a token when there are no `tokens`.
 */
export function guardRoutes(app: App, answers: Answers, tokens?: TokenCheck): void {
  app.decorateRequest('claims', null);
  app.addHook('onRoute', (route) => {
    const label = `${String(route.method)} ${route.url}`;
    const facts = factsOf(String(route.method), route.url);
    route.config = { ...route.config, label, facts };
    if (facts.who === 'anyone') return;
    if (!tokens) throw new Error(`no token check for: ${label}`);
    const roles = Object.keys(facts.who) as Role[];
    route.onRequest = checkRole(roles, tokens, answers);
  });
}
