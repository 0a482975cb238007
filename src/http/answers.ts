import type { FastifyReply, FastifyRequest } from 'fastify';
import { BUSY } from '../domain/refusals.ts';
import { isContended } from '../platform/sql-states.ts';
import { isAway } from '../platform/is-away.ts';
import { createThrottle } from '../platform/throttle.ts';
import type { Throttle } from '../platform/throttle.ts';
import { traceOf } from './request-trace.ts';
import { createSecurityLog } from './security-events.ts';
import type { AddressOf, SecurityDeps } from './security-events.ts';
import type { SecurityEvent } from '../domain/ops/process-figures.ts';
import { sendProblem } from './send-problem.ts';
import type { HttpRefusal } from './problem-catalogue.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Method and pattern, e.g. `GET /v1/orders/:order`: the label that counts its answers. */
    label?: string;
  }
}

export interface AnswersDeps extends SecurityDeps {
  /** @param outcome a problem's code, or `ok`, `placed`, `replayed` */
  readonly onAnswered: (route: string, outcome: string) => void;
}

/** The errors of one route are logged once in this time, with the number of lines left out. */
const ERRORS_MS = 1_000;

/**
 * The ways a route answers; each counts the answer. A request that was answered at its deadline
 * gets no second answer.
 */
export class Answers {
  readonly #deps: AnswersDeps;
  readonly #throttle: Throttle;
  readonly #logSecurity: ReturnType<typeof createSecurityLog>;

  constructor(deps: AnswersDeps, addressOf: AddressOf) {
    this.#deps = deps;
    this.#throttle = createThrottle(deps.time);
    this.#logSecurity = createSecurityLog(deps, addressOf);
  }

  /** Logs, at most once a second for each route, that a request was turned away at the door. */
  noteSecurityEvent(request: FastifyRequest, event: SecurityEvent): void {
    this.#logSecurity(request, labelOf(request), event);
  }

  /** Counts an answer that the route itself sends. */
  count(request: FastifyRequest, outcome: string): void {
    this.#deps.onAnswered(labelOf(request), outcome);
  }

  /** @param body an object for the route's serializer, or text when its type is already set */
  ok(request: FastifyRequest, reply: FastifyReply, body: unknown, status = 200): FastifyReply {
    if (reply.sent) return reply;
    this.#deps.onAnswered(labelOf(request), 'ok');
    return reply.code(status).send(body);
  }

  /** @param route the label that counts it; the hot path has it ready */
  refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    refusal: HttpRefusal,
    route = labelOf(request),
  ): FastifyReply {
    if (reply.sent) return reply;
    const { log, pseudonyms, onAnswered } = this.#deps;
    onAnswered(route, refusal.code);
    if (refusal.code === 'forbidden') this.#logSecurity(request, route, 'denied');
    else if (refusal.code === 'rate_limited') this.#logSecurity(request, route, 'rate_limited');
    if (log.isLevelEnabled('debug')) {
      const shopper = request.claims ? pseudonyms.person(request.claims.sub) : undefined;
      log.debug({ ...traceOf(request), route, shopper, refusal }, 'refused');
    }
    return sendProblem(request, reply, refusal);
  }

  /**
   * Answers an error that was thrown. While Redis or Postgres is away the answer is `busy`. For any
   * other error the client gets the request's id. Every error is counted, also one after the
   * request's deadline; of each route one error a second is logged.
   */
  fault(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
    if (isAway(error) || isContended(error)) {
      this.#note('warn', 'away', request, error);
      return this.refuse(request, reply, BUSY);
    }
    this.#deps.onAnswered(labelOf(request), 'fault');
    this.#note('error', 'fault', request, error);
    return reply.sent ? reply : sendProblem(request, reply, { code: 'fault' });
  }

  /** The throttle remembers its subjects for good, and routes are few. */
  #note(level: 'warn' | 'error', word: string, request: FastifyRequest, err: unknown): void {
    const route = labelOf(request);
    const leftOut = this.#throttle(`${word} ${route}`, ERRORS_MS);
    if (leftOut === null) return;
    this.#deps.log[level]({ ...traceOf(request), route, err, leftOut }, word);
  }
}

/** Requests that match no route share one label. */
export function labelOf(request: FastifyRequest): string {
  return request.routeOptions.config.label ?? 'none';
}
