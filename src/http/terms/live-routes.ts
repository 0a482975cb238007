import type { FastifyReply } from 'fastify';
import { BUSY, NOT_FOUND, invalid } from '../../domain/refusals.ts';
import { SELLER } from '../access.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { LiveStreams } from './live-streams.ts';
import { SaleParams } from '../schemas.ts';

const STREAM_TYPE = 'text/event-stream';

const HEAD = {
  'content-type': STREAM_TYPE,
  'cache-control': 'no-store',
  // Proxies that would collect the answer first are told not to.
  'x-accel-buffering': 'no',
  connection: 'close',
};

const NO_STREAM = invalid('/headers/accept', `must take ${STREAM_TYPE}`);

/** Without the header anything is taken (RFC 9110). */
export function takesStreams(accept: string | undefined): boolean {
  if (accept === undefined) return true;
  const ranges = accept.split(',').map((range) => range.split(';', 1)[0]!.trim().toLowerCase());
  return ranges.some((range) => [STREAM_TYPE, 'text/*', '*/*'].includes(range));
}

/** From here on the answer is the stream's alone; headers set before, such as CORS's, go along. */
function beginStream(reply: FastifyReply) {
  const headers = reply.headers(HEAD).getHeaders();
  reply.hijack();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.raw.writeHead(200);
  return reply.raw;
}

/** Live figures of a sale as server-sent events, from this process's memory. */
export function liveRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  const streams = new LiveStreams({ figures: deps.terms.liveFigures });
  // Before the server waits for its connections to end.
  app.addHook('preClose', async () => streams.close());
  const schema = {
    summary: 'Live figures: all at once, then what changes (server-sent events)',
    params: SaleParams,
    produces: [STREAM_TYPE],
  };
  const options = { schema, config: SELLER, exposeHeadRoute: false };
  app.get('/v1/sales/:sale/events', options, async (request, reply) => {
    const { sale } = request.params;
    const { store, untilMs } = request.claims!;
    if (!takesStreams(request.headers.accept)) return answers.refuse(request, reply, NO_STREAM);
    if (!deps.terms.liveFigures(sale, store)) return answers.refuse(request, reply, NOT_FOUND);
    if (streams.isFull) return answers.refuse(request, reply, BUSY);
    answers.count(request, 'ok');
    streams.add(sale, store, beginStream(reply), untilMs - deps.nowMs());
    return reply;
  });
}
