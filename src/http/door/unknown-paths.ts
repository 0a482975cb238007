import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answers } from '../answers.ts';
import type { App } from '../deps.ts';
import { shedLoad } from '../limits/limit-routes.ts';
import type { RouteLimits } from '../limits/limit-routes.ts';
import { PREFLIGHT, isPreflight } from './cors.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The methods that have a route for this path. */
function methodsOf(app: App, url: string): string[] {
  const path = url.split('?', 1)[0]!;
  return METHODS.filter((method) => app.findRoute({ method, url: path }) !== null);
}

/**
 * Answers requests that match no route. Each counts for its address, and goes first under pressure.
 * A preflight does neither: its answer costs less than a refusal, and a shopper whose preflight is
 * refused cannot order.
 */
export function answerUnknown(app: App, answers: Answers, limits: RouteLimits): void {
  const { gate } = limits;
  const admit = shedLoad('never', limits);
  const shed = shedLoad('first', limits);
  // Only a scope of its own can have hooks that run for these requests alone.
  void app.register(async (scope) => {
    scope.addHook('onRequest', (request, reply, done) => {
      if (isPreflight(request, reply)) admit(request, reply, done);
      else shed(request, reply, done);
    });
    scope.addHook('onRequest', (request, reply, done) => {
      if (isPreflight(request, reply) || !gate?.refusesStranger(request, reply)) done();
    });
    scope.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
      if (isPreflight(request, reply)) return reply.code(204).headers(PREFLIGHT).send();
      const allow = methodsOf(app, request.url).join(', ');
      const refusal = allow === '' ? NO_ROUTE : ({ code: 'unsupported', allow } as const);
      return answers.refuse(request, reply, refusal);
    });
  });
}

const NO_ROUTE = { code: 'not_found' } as const;
