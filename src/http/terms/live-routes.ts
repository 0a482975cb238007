import type { FastifyReply } from 'fastify';
import { BUSY, NOT_FOUND, invalid } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { StreamSlots } from '../limits/stream-slots.ts';
import { LiveStreams } from './live-streams.ts';
import { SaleParams } from '../schemas.ts';

const STREAM_TYPE = 'text/event-stream';

const HEAD = {
  'content-type': STREAM_TYPE,
  'cache-control': 'no-store',
  // Tells proxies not to buffer the answer.
  'x-accel-buffering': 'no',
  connection: 'close',
};

const NOT_STREAMABLE = invalid('/headers/accept', `must accept ${STREAM_TYPE}`);

/** The most streams that one caller may have open. */
const STREAMS_EACH = 20;
const TOO_MANY_STREAMS = {
  code: 'rate_limited',
  retryAfterS: 5,
  detail: `You have ${STREAMS_EACH} streams open, which is the most. Close one, then try again.`,
} as const;

/** A client without the header accepts anything (RFC 9110). */
export function acceptsStreams(accept: string | undefined): boolean {
  if (accept === undefined) return true;
  const ranges = accept.split(',').map((range) => range.split(';', 1)[0]!.trim().toLowerCase());
  return ranges.some((range) => [STREAM_TYPE, 'text/*', '*/*'].includes(range));
}

/** Hands the connection over to a stream, with the headers set before, such as those of CORS. */
function beginStream(reply: FastifyReply) {
  const headers = reply.headers(HEAD).getHeaders();
  reply.hijack();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.raw.writeHead(200);
  return reply.raw;
}

/** Sends live figures of a sale as server-sent events, from this process's memory. */
export function liveRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  const slots = new StreamSlots(STREAMS_EACH);
  const streams = new LiveStreams({ time: deps.time, figures: deps.terms.liveFiguresById });
  // This must run before the server waits for its connections to end.
  app.addHook('preClose', async () => streams.close());
  const schema = {
    summary: 'Stream live figures as server-sent events: first all, then the changes',
    params: SaleParams,
    produces: [STREAM_TYPE],
  };
  const options = { schema, exposeHeadRoute: false };
  app.get('/v1/sales/:sale/events', options, async (request, reply) => {
    const { sale } = request.params;
    const { sub, role, store, untilMs } = request.claims!;
    if (!acceptsStreams(request.headers.accept))
      return answers.refuse(request, reply, NOT_STREAMABLE);
    if (!deps.terms.liveFiguresById(sale, store)) return answers.refuse(request, reply, NOT_FOUND);
    if (streams.isFull) return answers.refuse(request, reply, BUSY);
    const giveBack = slots.take(`${role} ${sub}`);
    if (!giveBack) {
      deps.onTurnedAway('limited', 'streams');
      return answers.refuse(request, reply, TOO_MANY_STREAMS);
    }
    answers.count(request, 'ok');
    const stream = beginStream(reply);
    stream.once('close', giveBack);
    streams.add(sale, store, stream, untilMs - deps.time.now());
    return reply;
  });
}
