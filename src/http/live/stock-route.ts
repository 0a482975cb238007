import { NOT_FOUND } from '../../domain/refusals.ts';
import { PUBLIC } from '../../domain/people/viewer.ts';
import type { Viewer } from '../../domain/people/viewer.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { viewerOf } from '../door/viewer-of.ts';
import type { RateGate } from '../limits/rate-limits.ts';
import { SaleParams } from '../schemas.ts';
import { STREAM_TYPE, StreamDoor } from './begin-stream.ts';
import { StockChannel } from './stock-channel.ts';
import { Streams } from './streams.ts';

/** The most streams that one caller, or one address without a token, may have open. */
const STREAMS_EACH = 50;
const MAX_STREAMS = 6_000;
const TICK_MS = 500;
const MAX_ID_CHARACTERS = 64;

const HEADERS = {
  type: 'object',
  properties: {
    'Last-Event-ID': {
      type: 'string',
      description: 'The last `id` that the reader got; it gets what it missed, or everything.',
    },
  },
};

const channelName = (sale: string, viewer: Viewer): string =>
  `${sale} ${viewer.kind} ${viewer.kind === 'store' ? viewer.store : ''}`;

const textOrNull = (header: string | string[] | undefined): string | null =>
  typeof header === 'string' && header.length <= MAX_ID_CHARACTERS ? header : null;

/**
 * Sends the stock words and the clock of a sale to anyone, from this process's memory. What
 * everyone sees is one channel, for callers with a token, too.
 */
export function stockRoute(app: App, deps: HttpDeps, answers: Answers, gate: RateGate): void {
  const { time, terms, onTurnedAway } = deps;
  const door = new StreamDoor({ answers, onTurnedAway, each: STREAMS_EACH });
  const streams = new Streams({ time, max: MAX_STREAMS, tickMs: TICK_MS });
  // This must run before the server waits for its connections to end.
  app.addHook('preClose', async () => streams.close());
  const schema = {
    summary: 'Stream stock levels and the clock of a sale as server-sent events',
    params: SaleParams,
    produces: [STREAM_TYPE],
  };
  const options = { schema, config: { headers: HEADERS }, exposeHeadRoute: false };
  app.get('/v1/sales/:sale/stream', options, async (request, reply) => {
    const { sale } = request.params;
    const { claims, headers } = request;
    const viewer = terms.saleHeadById(sale, PUBLIC) ? PUBLIC : viewerOf(claims);
    if (!terms.saleHeadById(sale, viewer)) return answers.refuse(request, reply, NOT_FOUND);
    const stream = door.open(request, reply, gate.nameOf(request), streams.isFull);
    if (!stream) return reply;
    const read = () => terms.liveStockById(sale, viewer);
    const open = () => {
      const first = read();
      return first && new StockChannel({ read, time }, first);
    };
    const lastsMs = claims ? claims.untilMs - time.now() : undefined;
    const lastEventId = textOrNull(headers['last-event-id']);
    streams.add(channelName(sale, viewer), open, stream, { lastsMs, lastEventId });
    return reply;
  });
}
