import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { BUSY } from '../../domain/refusals.ts';
import { ROLES } from '../../domain/people/actor.ts';
import type { Role } from '../../domain/people/actor.ts';
import type { Answers } from '../answers.ts';
import { factsOf } from '../catalogue/catalogue.ts';
import type { RouteFacts } from '../catalogue/facts.ts';
import type { App } from '../deps.ts';
import { OWN } from '../headers.ts';
import type { RateGate } from '../limits/rate-limits.ts';
import type { Claims } from './read-claims.ts';
import type { TokenCheck } from './verify-token.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's row in the catalogue. */
    facts?: RouteFacts;
  }
  interface FastifyRequest {
    /** Null without a token, on routes that anyone may call. */
    claims: Claims | null;
  }
}

const NO_TOKEN = { code: 'unauthenticated', challenge: 'Bearer' } as const;
const BAD_TOKEN = { code: 'unauthenticated', challenge: 'Bearer error="invalid_token"' } as const;

interface Policy {
  readonly roles: readonly Role[];
  /** Whether a request may come without a token. */
  readonly isOptional: boolean;
  /** Whether a cache might keep the answer. */
  readonly isRead: boolean;
  /** What a request counts against the rate limit of its caller. */
  readonly weight: number;
}

/**
 * Synchronous with a callback: an async hook would cost the hot path a promise. Only a token that
 * is neither remembered nor signed with a secret waits for the keys of its issuer, and counts as
 * bad meanwhile. An address that sends too many bad tokens is refused before another one is
 * verified. When the token is optional, a request without one is anonymous, and a bad one is still
 * refused.
 */
function checkRole(
  { roles, isOptional, isRead, weight }: Policy,
  tokens: TokenCheck,
  answers: Answers,
  gate: RateGate | null,
): onRequestHookHandler {
  const turnAway = (request: FastifyRequest, reply: FastifyReply): void => {
    answers.noteSecurityEvent(request, 'bad_token');
    answers.refuse(request, reply, BAD_TOKEN);
  };
  const admit = (request: FastifyRequest, reply: FastifyReply, claims: Claims): boolean => {
    request.claims = claims;
    if (isRead) reply.header('cache-control', OWN);
    if (roles.includes(claims.role)) return true;
    // The hook that counts the others comes after this one.
    if (!gate?.refusesCaller(request, reply, weight, !isRead)) {
      answers.refuse(request, reply, { code: 'forbidden' });
    }
    return false;
  };
  return (request, reply, done) => {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      if (isOptional) return done();
      if (!gate?.refusesStranger(request, reply)) answers.refuse(request, reply, NO_TOKEN);
      return;
    }
    const known = tokens.known(authorization);
    if (!known && gate?.refusesSignature(request, reply)) return;
    const claims = known ?? tokens.claims(authorization);
    if (claims) {
      if (admit(request, reply, claims)) done();
      return;
    }
    if (gate?.refusesBadSignature(request, reply)) return;
    const asked = tokens.ask(authorization);
    if (asked === null) return turnAway(request, reply);
    void asked.then(
      (found) => {
        if (found === null) return turnAway(request, reply);
        gate?.forgiveSignature(request);
        if (found === 'away') answers.refuse(request, reply, BUSY);
        else if (admit(request, reply, found)) done();
      },
      (error: unknown) => answers.fault(request, reply, error),
    );
  };
}

/**
 * Checks who may call every route added after this call, before the body is read. A route that the
 * catalogue lacks stops the start, and so does one that needs a token when there are no `tokens`.
 * @param gate counts requests without a valid token
 */
export function guardRoutes(
  app: App,
  answers: Answers,
  tokens?: TokenCheck,
  gate: RateGate | null = null,
): void {
  app.decorateRequest('claims', null);
  app.addHook('onRoute', (route) => {
    const label = `${String(route.method)} ${route.url}`;
    const facts = factsOf(String(route.method), route.url);
    route.config = { ...route.config, label, facts };
    const { who, weight } = facts;
    if (who === 'tokenless') return;
    if (!tokens) throw new Error(`no token check for: ${label}`);
    const isOptional = who === 'anyone';
    const isRead = route.method === 'GET' || route.method === 'HEAD';
    const roles = isOptional ? ROLES : (Object.keys(who) as Role[]);
    route.onRequest = checkRole({ roles, isOptional, isRead, weight }, tokens, answers, gate);
  });
}
