import { fastify } from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { BuiltPages } from '../../platform/pages/built-file.ts';
import type { Time } from '../../platform/time.ts';
import { CaptureBody, NewPaymentBody, RefundBody } from '../sandbox-messages.ts';
import { Behaviour } from './behaviour.ts';
import type { Answer, Books, Totals } from './books.ts';
import type { Deliveries } from './deliveries.ts';
import { Outcomes } from './outcomes.ts';
import { assetRoutes, shopperRoutes } from './shopper-routes.ts';

/** A payment names the 60 lines of its order at most, each with up to 200 characters. */
const BODY_LIMIT_BYTES = 128 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const FAULTS_FROM = 500;

const KeyHeader = Type.Object({
  'idempotency-key': Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }),
});
const EventsUrlBody = Type.Object(
  { url: Type.String({ pattern: '^https?://', maxLength: 1_000 }) },
  { additionalProperties: false },
);

/** `waiting` counts events not delivered yet, `lost` those given up. */
export interface SandboxBooks extends Totals {
  readonly waiting: number;
  readonly lost: number;
}

export interface SandboxDeps {
  readonly books: Books;
  readonly deliveries: Deliveries;
  readonly chance: (rate: number) => boolean;
  readonly time: Pick<Time, 'sleep' | 'after'>;
  /** Has the page at which shoppers pay; none: it is not built. */
  readonly pages: BuiltPages;
}

interface Named {
  Params: { id: string };
}

export const booksOf = ({ books, deliveries }: SandboxDeps): SandboxBooks => ({
  ...books.totals(),
  waiting: deliveries.waiting,
  lost: deliveries.lost,
});

const keyOf = (request: FastifyRequest): string => String(request.headers['idempotency-key']);

function give(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  return reply.code(status).send(body);
}

/** The HTTP interface of the sandbox. It checks no credentials: keep strangers from reaching it. */
export function createSandboxApp(deps: SandboxDeps): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  app.setErrorHandler(({ statusCode = FAULTS_FROM, message }: FastifyError, _request, reply) => {
    const code = statusCode < FAULTS_FROM ? 'invalid' : 'fault';
    return reply.code(statusCode).send({ code, detail: message });
  });
  app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, text, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(text))));
  });
  app.get('/healthz', () => ({ status: 'ok', pid: process.pid }));
  app.get('/books', () => booksOf(deps));
  controlRoutes(app, deps);
  assetRoutes(app, deps);
  const outcomes = outcomesOf(deps);
  app.addHook('onClose', async () => outcomes.close());
  app.register(async (payments) => {
    payments.addHook('onRequest', (_request, reply) => misbehave(deps, reply));
    callRoutes(payments, deps);
    shopperRoutes(payments, { ...deps, outcomes });
  });
  return app;
}

function outcomesOf({ books, deliveries, chance, time }: SandboxDeps): Outcomes {
  const declines = () => chance(deliveries.behaviour.declineRate ?? 0);
  return new Outcomes({ books, declines, time });
}

function controlRoutes(app: FastifyInstance, { deliveries }: SandboxDeps): void {
  app.put<{ Body: Behaviour }>('/behaviour', { schema: { body: Behaviour } }, ({ body }) => {
    deliveries.behaviour = body;
    return body;
  });
  app.get('/events-url', () => ({ url: deliveries.eventsUrl }));
  const events = { schema: { body: EventsUrlBody } };
  app.put<{ Body: { url: string } }>('/events-url', events, ({ body }) => {
    deliveries.eventsUrl = body.url;
    return body;
  });
  app.post('/release', () => {
    deliveries.release();
    return {};
  });
}

async function misbehave({ deliveries, time }: SandboxDeps, reply: FastifyReply): Promise<unknown> {
  const { slowMs = 0, down } = deliveries.behaviour;
  if (slowMs > 0) await time.sleep(slowMs);
  if (down)
    return reply.code(503).send({ code: 'down', detail: 'the sandbox was told to be down' });
  if (!deliveries.isFull) return undefined;
  return reply.code(503).send({ code: 'full', detail: 'too many events are waiting' });
}

/** Adds `byMinor` to the amount, if the answer has one. */
function lied(answer: Answer, byMinor: number): Answer {
  const { amount } = answer.body;
  if (byMinor === 0 || amount === undefined) return answer;
  return { ...answer, body: { ...answer.body, amount: amount + byMinor } } as Answer;
}

/** The calls of a merchant's system. */
function callRoutes(app: FastifyInstance, { books, deliveries }: SandboxDeps): void {
  const told = (reply: FastifyReply, answer: Answer) =>
    give(reply, lied(answer, deliveries.behaviour.lieInAnswers ?? 0));
  const create = { schema: { body: NewPaymentBody, headers: KeyHeader } };
  app.post<{ Body: NewPaymentBody }>('/payments', create, (request, reply) =>
    give(reply, books.create(keyOf(request), request.body)),
  );
  app.get<Named>('/payments/:id', ({ params }, reply) => give(reply, books.find(params.id)));
  const capture = { schema: { body: CaptureBody, headers: KeyHeader } };
  app.post<Named & { Body: CaptureBody }>('/payments/:id/capture', capture, (request, reply) =>
    told(reply, books.capture(request.params.id, keyOf(request), request.body.amount)),
  );
  const voiding = { schema: { headers: KeyHeader } };
  app.post<Named>('/payments/:id/void', voiding, (request, reply) =>
    told(reply, books.void(request.params.id, keyOf(request))),
  );
  const refund = { schema: { body: RefundBody, headers: KeyHeader } };
  app.post<Named & { Body: RefundBody }>('/payments/:id/refund', refund, (request, reply) =>
    give(reply, books.refund(request.params.id, keyOf(request), request.body.amount)),
  );
}
