import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { isRefusal } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import type { RateGate } from '../limits/rate-limits.ts';
import { EventView } from './order-life-schemas.ts';

const EVENT_LIMIT_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

const UNSIGNED = 'The event has no valid signature of the payment provider, or it is too old.';

async function receive(
  deps: HttpDeps,
  answers: Answers,
  gate: RateGate,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : NOTHING;
  const taken = await deps.orders.receivePaymentEvent(body, request.headers);
  if (!isRefusal(taken)) return answers.ok(request, reply, taken);
  if (taken.code !== 'unauthenticated') return answers.refuse(request, reply, taken);
  answers.noteSecurityEvent(request, 'bad_signature');
  if (gate.refusesBadSignature(request, reply)) return reply;
  return answers.refuse(request, reply, { ...taken, detail: UNSIGNED });
}

/**
 * Receives the events of a payment provider. Its signature covers the bytes it sent, so this is the
 * only route that leaves a body unparsed. An address that sends too many bad signatures is refused
 * before its body is read; events with a good one count nothing.
 */
export async function paymentEventRoutes(
  app: App,
  deps: HttpDeps,
  answers: Answers,
  gate: RateGate,
): Promise<void> {
  const onRequest: onRequestHookHandler = (request, reply, done) => {
    if (!gate.refusesSignature(request, reply)) done();
  };
  const schema = {
    summary: 'Receive a signed event of the payment provider; a repeated event changes nothing',
    response: { 200: EventView },
  };
  const options = { schema, onRequest, bodyLimit: EVENT_LIMIT_BYTES } as const;
  await app.register(async (scope) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post('/v1/payment-events', options, (request, reply) =>
      receive(deps, answers, gate, request, reply),
    );
  });
}
