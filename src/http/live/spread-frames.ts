import type { ServerResponse } from 'node:http';

/** Text or bytes of server-sent events. All streams of a channel are written the same bytes. */
export type Frame = string | Buffer;

/**
 * Readers that are written to in one turn of the event loop, at 20 µs each: other work waits 13 ms.
 * Under full load a turn is long without them, too, so with far fewer readers the last of thousands
 * would wait for seconds.
 */
export const READERS_A_TURN = 640;
/** A stream with more unread bytes is cut off. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);

/**
 * Writes frames to the readers of a channel: the first ones at once, the others in later turns of
 * the event loop. Each reader gets every frame that was sent while it was one, in their order.
 */
export class SpreadFrames {
  readonly #readers: ReadonlySet<ServerResponse>;
  #frame: Buffer = NO_BYTES;
  /** The readers of the frame, and how many of them have it. */
  #due: readonly ServerResponse[] = [];
  #written = 0;
  #hasTurn = false;

  /** @param readers the caller adds and removes them; one that joins later gets no earlier frame */
  constructor(readers: ReadonlySet<ServerResponse>) {
    this.#readers = readers;
  }

  send(frame: Frame): void {
    this.finish();
    // Text would be encoded for each reader.
    this.#frame = typeof frame === 'string' ? Buffer.from(frame) : frame;
    this.#due = [...this.#readers];
    this.#written = 0;
    this.#writeSome();
  }

  /** Writes the last frame to all who still wait for it. */
  finish(): void {
    this.#writeUpTo(this.#due.length);
  }

  #writeSome(): void {
    this.#writeUpTo(Math.min(this.#written + READERS_A_TURN, this.#due.length));
    if (this.#written === this.#due.length || this.#hasTurn) return;
    this.#hasTurn = true;
    setImmediate(() => {
      this.#hasTurn = false;
      this.#writeSome();
    });
  }

  #writeUpTo(end: number): void {
    while (this.#written < end) {
      const reader = this.#due[this.#written++]!;
      if (this.#readers.has(reader)) write(reader, this.#frame);
    }
    // Readers that have left are not kept in memory.
    if (end === this.#due.length) [this.#due, this.#written] = [[], 0];
  }
}

/**
 * Straight to the connection, which takes two thirds of the time that a write to the response takes
 * outside the kernel. A response has no connection while another one is before it.
 */
function write(reader: ServerResponse, frame: Buffer): void {
  if (reader.writableLength > MAX_UNREAD_BYTES) reader.destroy();
  else if (!reader.writableEnded) (reader.socket ?? reader).write(frame);
}
