import type { FastifyReply, FastifyRequest } from 'fastify';
import { BUSY } from '../domain/refusals.ts';
import { isAway } from '../platform/is-away.ts';
import type { Log } from '../platform/log.ts';
import { sendProblem } from './problem-json.ts';
import type { HttpRefusal } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Method and pattern, e.g. `GET /v1/orders/:order`: what its answers are counted under. */
    label?: string;
  }
}

export interface AnswersDeps {
  readonly log: Log;
  /** Stands for a shopper in logs. */
  readonly pseudonym: (shopper: string) => string;
  /** @param outcome a problem's code, or `ok`, `placed`, `replayed` */
  readonly onAnswered: (route: string, outcome: string) => void;
}

/** The ways a route answers; each counts itself. */
export class Answers {
  readonly #deps: AnswersDeps;

  constructor(deps: AnswersDeps) {
    this.#deps = deps;
  }

  /** For an answer that the route sends by itself. */
  count(request: FastifyRequest, outcome: string): void {
    this.#deps.onAnswered(labelOf(request), outcome);
  }

  /** @param body an object for the route's serializer, or text whose type is set already */
  ok(request: FastifyRequest, reply: FastifyReply, body: unknown, status = 200): FastifyReply {
    this.#deps.onAnswered(labelOf(request), 'ok');
    return reply.code(status).send(body);
  }

  refuse(request: FastifyRequest, reply: FastifyReply, refusal: HttpRefusal): FastifyReply {
    const { log, pseudonym, onAnswered } = this.#deps;
    const route = labelOf(request);
    onAnswered(route, refusal.code);
    if (log.isLevelEnabled('debug')) {
      const shopper = request.claims ? pseudonym(request.claims.sub) : undefined;
      log.debug({ requestId: request.id, route, shopper, refusal }, 'refused');
    }
    return sendProblem(request, reply, refusal);
  }

  /**
   * What was thrown: a server of ours that is away is `busy`; of anything else the client learns
   * the request's id, the log the rest.
   */
  fault(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
    const route = labelOf(request);
    if (isAway(error)) {
      this.#deps.log.warn({ requestId: request.id, route, err: error }, 'away');
      return this.refuse(request, reply, BUSY);
    }
    this.#deps.onAnswered(route, 'fault');
    this.#deps.log.error({ requestId: request.id, route, err: error }, 'fault');
    return sendProblem(request, reply, { code: 'fault' });
  }
}

/** Requests that no route took share one label. */
function labelOf(request: FastifyRequest): string {
  return request.routeOptions.config.label ?? 'none';
}
