import type { FastifyReply, FastifyRequest } from 'fastify';
import { BUSY } from '../domain/refusals.ts';
import { isAway } from '../platform/is-away.ts';
import type { Log } from '../platform/log.ts';
import { sendProblem } from './send-problem.ts';
import type { HttpRefusal } from './problem-catalogue.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Method and pattern, e.g. `GET /v1/orders/:order`: the label that counts its answers. */
    label?: string;
  }
}

export interface AnswersDeps {
  readonly log: Log;
  /** The name that stands for a shopper in logs. */
  readonly pseudonym: (shopper: string) => string;
  /** @param outcome a problem's code, or `ok`, `placed`, `replayed` */
  readonly onAnswered: (route: string, outcome: string) => void;
}

/** The ways a route answers; each counts the answer. */
export class Answers {
  readonly #deps: AnswersDeps;

  constructor(deps: AnswersDeps) {
    this.#deps = deps;
  }

  /** Counts an answer that the route itself sends. */
  count(request: FastifyRequest, outcome: string): void {
    this.#deps.onAnswered(labelOf(request), outcome);
  }

  /** @param body an object for the route's serializer, or text when its type is already set */
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
   * Answers an error that was thrown. While Redis or Postgres is away the answer is `busy`. For any
   * other error the client gets the request's id and the log gets the error.
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

/** Requests that match no route share one label. */
function labelOf(request: FastifyRequest): string {
  return request.routeOptions.config.label ?? 'none';
}
