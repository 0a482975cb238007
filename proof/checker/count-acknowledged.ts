import { closeSync, existsSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;
/** An answer with status 201, without a code, with an order, no replay; see `Journal`. */
const PLACED = /^A\t\d+\t\d+\t201\t\t[^\t]+\t0\t/;

/** Follows a journal while it grows, and counts the orders acknowledged in it. */
export class AcknowledgedCounter {
  readonly #file: string;
  #descriptor: number | null = null;
  #partial = '';
  #orders = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Orders acknowledged so far, without replays. In a single-unit rush each is one unit. */
  count(): number {
    if (this.#descriptor === null) {
      if (!existsSync(this.#file)) return 0;
      this.#descriptor = openSync(this.#file, 'r');
    }
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const bytes = readSync(this.#descriptor, chunk, 0, CHUNK_BYTES, null);
      if (bytes === 0) return this.#orders;
      this.#read(chunk.toString('latin1', 0, bytes));
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #read(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop()!;
    for (const line of lines) if (PLACED.test(line)) this.#orders++;
  }
}
