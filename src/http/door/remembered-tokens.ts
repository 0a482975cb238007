import type { Verified } from './read-claims.ts';

/** The most that all entries may take: about 60,000 tokens of 200 characters. */
const BYTES_MAX = 32 * 1024 * 1024;
/** What an entry takes beside its header: claims, their texts and a slot of the map. */
const ENTRY_BYTES = 320;

/** Verified tokens by their header. The oldest are forgotten when all take too many bytes. */
export class RememberedTokens {
  readonly #verified = new Map<string, Verified>();
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax = BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  get(header: string): Verified | undefined {
    return this.#verified.get(header);
  }

  add(header: string, verified: Verified): void {
    this.forget(header);
    this.#bytes += bytesOf(header);
    this.#verified.set(header, verified);
    for (const oldest of this.#verified.keys()) {
      if (this.#bytes <= this.#bytesMax) return;
      this.forget(oldest);
    }
  }

  forget(header: string): void {
    if (this.#verified.delete(header)) this.#bytes -= bytesOf(header);
  }

  forgetAll(): void {
    this.#verified.clear();
    this.#bytes = 0;
  }
}

/** A header that our pattern accepts has one byte a character. */
const bytesOf = (header: string): number => header.length + ENTRY_BYTES;
