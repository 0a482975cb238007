import { Readable } from 'node:stream';
import type { Time } from '../../platform/time.ts';
import { StreamSlots } from '../limits/stream-slots.ts';

/** The longest that an export lasts. */
const LAST_MS = 3_600_000;
/** Of all callers, in this process. */
const MAX_EXPORTS = 8;

/**
 * The exports under way. Text is made only when the reader has taken what was made before, so an
 * export has no deadline. Its bounds are those of each read of the ledger, the time that a
 * connection may stand still, and an hour for the whole.
 */
export class Exports {
  readonly #time: Pick<Time, 'after'>;
  readonly #slots = new StreamSlots(1);
  readonly #open = new Set<Readable>();

  constructor(time: Pick<Time, 'after'>) {
    this.#time = time;
  }

  get isFull(): boolean {
    return this.#open.size >= MAX_EXPORTS;
  }

  /**
   * Begins an export. When the reader goes away, its stream is destroyed and no more text is made.
   * @returns null when the caller has an export under way
   */
  begin(caller: string, text: AsyncIterable<Buffer>): Readable | null {
    const giveBack = this.#slots.take(caller);
    if (!giveBack) return null;
    const stream = Readable.from(text, { objectMode: false });
    const cancel = this.#time.after(LAST_MS, () => stream.destroy());
    this.#open.add(stream);
    // At its end at once: the reader may ask again before the stream has closed.
    stream.once('end', giveBack).once('close', () => {
      giveBack();
      cancel();
      this.#open.delete(stream);
    });
    return stream;
  }

  /** Ends every export: the process stops. */
  close(): void {
    for (const stream of this.#open) stream.destroy();
  }
}
