import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BUSY, invalid } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { OnTurnedAway } from '../deps.ts';
import { StreamSlots } from '../limits/stream-slots.ts';

export const STREAM_TYPE = 'text/event-stream';

const HEAD = {
  'content-type': STREAM_TYPE,
  'cache-control': 'no-store',
  // Tells proxies not to buffer the answer.
  'x-accel-buffering': 'no',
  connection: 'close',
};

const NOT_STREAMABLE = invalid('/headers/accept', `must accept ${STREAM_TYPE}`);

/** A client without the header accepts anything (RFC 9110). */
export function acceptsStreams(accept: string | undefined): boolean {
  if (accept === undefined) return true;
  const ranges = accept.split(',').map((range) => range.split(';', 1)[0]!.trim().toLowerCase());
  return ranges.some((range) => [STREAM_TYPE, 'text/*', '*/*'].includes(range));
}

/** Hands the connection over to a stream, with the headers set before, such as those of CORS. */
function beginStream(reply: FastifyReply): ServerResponse {
  const headers = reply.headers(HEAD).getHeaders();
  reply.hijack();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  // Without it the events alone are the body, up to the end of the connection. So they can be
  // written straight to it, and clients of HTTP/1.0 can read them, too.
  reply.raw.removeHeader('transfer-encoding');
  reply.raw.writeHead(200);
  return reply.raw;
}

export interface StreamDoorOptions {
  readonly answers: Answers;
  readonly onTurnedAway: OnTurnedAway;
  /** The most streams that one caller may have open. */
  readonly each: number;
}

/** Lets callers open streams, each only a few at once. */
export class StreamDoor {
  readonly #options: StreamDoorOptions;
  readonly #slots: StreamSlots;

  constructor(options: StreamDoorOptions) {
    this.#options = options;
    this.#slots = new StreamSlots(options.each);
  }

  /**
   * Begins a stream, unless the caller or the process has too many.
   * @param caller a name that no other caller has
   * @param isFull the process has as many streams as it may
   * @returns null: there is nobody to send a stream to, or the request is refused
   */
  open(
    request: FastifyRequest,
    reply: FastifyReply,
    caller: string,
    isFull: boolean,
  ): ServerResponse | null {
    const { answers, onTurnedAway, each } = this.#options;
    // The response was closed already, so nothing would ever give the slot back.
    if (reply.raw.destroyed) {
      reply.hijack();
      return null;
    }
    if (!acceptsStreams(request.headers.accept)) {
      answers.refuse(request, reply, NOT_STREAMABLE);
      return null;
    }
    if (isFull) {
      answers.refuse(request, reply, BUSY);
      return null;
    }
    const giveBack = this.#slots.take(caller);
    if (!giveBack) {
      onTurnedAway('limited', 'streams');
      const detail = `You have ${each} streams open, which is the most. Close one, then try again.`;
      answers.refuse(request, reply, { code: 'rate_limited', retryAfterS: 5, detail });
      return null;
    }
    answers.count(request, 'ok');
    const stream = beginStream(reply);
    stream.once('close', giveBack);
    return stream;
  }
}
