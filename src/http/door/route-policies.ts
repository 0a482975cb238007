import type { onRequestHookHandler } from 'fastify';
import type { Answers } from '../answers.ts';
import type { App } from '../deps.ts';
import type { Claims, Role, TokenCheck } from './verify-token.ts';

/** Who may call a route. */
export type Policy = 'anyone' | readonly Role[];

export const SHOPPER = { policy: ['shopper'] } as const;
export const OPERATOR = { policy: ['operator'] } as const;
export const SELLER = { policy: ['merchant', 'operator'] } as const;
export const ANYONE = { policy: 'anyone' } as const;

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy;
  }
  interface FastifyRequest {
    /** Null on routes that anyone may call. */
    claims: Claims | null;
  }
}

const NO_TOKEN = { code: 'unauthenticated', challenge: 'Bearer' } as const;
const BAD_TOKEN = { code: 'unauthenticated', challenge: 'Bearer error="invalid_token"' } as const;

/** Synchronous with a callback: an async hook would cost the hot path a promise. */
function checkPolicy(
  policy: readonly Role[],
  tokens: TokenCheck,
  answers: Answers,
): onRequestHookHandler {
  return (request, reply, done) => {
    const { authorization } = request.headers;
    const claims = authorization === undefined ? null : tokens.claims(authorization);
    if (claims && policy.includes(claims.role)) {
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
 * Checks the policy of every route added after this call, before the body is read. A route without
 * a policy stops the start, and so does one that needs a token when there are no `tokens`.
 */
export function guardRoutes(app: App, answers: Answers, tokens?: TokenCheck): void {
  app.decorateRequest('claims', null);
  app.addHook('onRoute', (route) => {
    const label = `${String(route.method)} ${route.url}`;
    const policy = route.config?.policy;
    if (policy === undefined) throw new Error(`no policy: ${label}`);
    route.config = { ...route.config, label };
    if (policy === 'anyone') return;
    if (!tokens) throw new Error(`no token check for: ${label}`);
    route.onRequest = checkPolicy(policy, tokens, answers);
  });
}
