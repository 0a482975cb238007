import { within } from '../../platform/deadline.ts';
import type { Answers } from '../answers.ts';
import type { App } from '../deps.ts';
import { STILL_MS } from '../limits/connections.ts';
import type { Connections } from '../limits/connections.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long its answer may take, in milliseconds; Infinity: the route bounds each step. */
    answerWithinMs?: number;
    /** Its answer may rest before its end, as long as its reader has nothing unread. */
    isStreamed?: boolean;
  }
}

const ANSWER_WITHIN_MS = 4_000;
/** For a route that reads a whole sale. */
export const SLOW = { answerWithinMs: 60_000 } as const;
/** For a route whose every step has a bound: it is spared the timer. */
export const BOUNDED = { answerWithinMs: Infinity } as const;

/** For an answer that is made while it is sent. */
export const STREAMED = { ...BOUNDED, isStreamed: true } as const;

/**
 * Gives every route added after this call a deadline. When it is over, the answer is `busy`, and
 * nothing that the request began goes on: each statement and each commit knows the deadline.
 */
export function answerInTime(app: App, answers: Answers, connections: Connections): void {
  app.addHook('onRoute', (route) => {
    const { answerWithinMs: ms = ANSWER_WITHIN_MS, isStreamed } = route.config ?? {};
    const { handler } = route;
    if (isStreamed) {
      route.handler = function streamed(request, reply) {
        connections.awaitSlow(request.raw.socket, reply.raw);
        return handler.call(this, request, reply);
      };
    }
    if (ms === Infinity) return;
    route.handler = function inTime(request, reply) {
      if (ms > STILL_MS) connections.awaitSlow(request.raw.socket, reply.raw);
      const work = async () => handler.call(this, request, reply);
      return within(ms, () =>
        work().catch((error: unknown) => {
          // Nobody waits for work that fails after its deadline.
          if (reply.sent) return answers.fault(request, reply, error);
          throw error;
        }),
      );
    };
  });
}
