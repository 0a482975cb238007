import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { SaleParams } from '../schemas.ts';
import { STREAM_TYPE, StreamDoor } from './begin-stream.ts';
import { LiveStreams } from './figures-streams.ts';

/** The most streams that one caller may have open. */
const STREAMS_EACH = 20;

/** Sends live figures of a sale as server-sent events, from this process's memory. */
export function figuresRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const { onTurnedAway } = deps;
  const door = new StreamDoor({ answers, onTurnedAway, each: STREAMS_EACH });
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
    if (!deps.terms.liveFiguresById(sale, store)) return answers.refuse(request, reply, NOT_FOUND);
    const stream = door.open(request, reply, `${role} ${sub}`, streams.isFull);
    if (stream) streams.add(sale, store, stream, untilMs - deps.time.now());
    return reply;
  });
}
