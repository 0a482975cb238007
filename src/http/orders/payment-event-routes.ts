import type { FastifyReply, FastifyRequest } from 'fastify';
import { isRefusal } from '../../domain/refusals.ts';
import { ANYONE } from '../access.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { EventView } from './order-life-schemas.ts';

const EVENT_LIMIT_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

const UNSIGNED = 'The event is not signed by the payment provider, is stale, or was altered.';

async function take(
  deps: HttpDeps,
  answers: Answers,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : NOTHING;
  const taken = await deps.orders.takeEvent(body, request.headers);
  if (!isRefusal(taken)) return answers.ok(request, reply, taken);
  const refusal = taken.code === 'unauthenticated' ? { ...taken, detail: UNSIGNED } : taken;
  return answers.refuse(request, reply, refusal);
}

/**
 * What a payment provider tells us. Its signature covers the bytes as they came: here, and nowhere
 * else, a body is left as it is.
 */
export async function paymentEventRoutes(
  app: App,
  deps: HttpDeps,
  answers: Answers,
): Promise<void> {
  const schema = {
    summary: 'An event of the payment provider, signed by it; the same again changes nothing',
    response: { 200: EventView },
  };
  const options = { schema, config: ANYONE, bodyLimit: EVENT_LIMIT_BYTES } as const;
  await app.register(async (scope) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post('/v1/payment-events', options, (request, reply) =>
      take(deps, answers, request, reply),
    );
  });
}
