import type { Time } from '../../platform/time.ts';

/** How long `all` waits after the signal; it leaves longer work alone. */
const STOP_MS = 4_000;
const LOOK_MS = 100;

interface Waiter {
  readonly signal?: AbortSignal;
  /** Told again and again while the wait goes on. */
  readonly onProgress?: () => void;
}

/** Work that was begun and has not ended; the caller bounds how much. */
export class CallsUnderWay {
  readonly #work = new Set<Promise<void>>();
  readonly #time: Pick<Time, 'sleep'>;
  #fault: unknown = null;

  constructor(time: Pick<Time, 'sleep'>) {
    this.#time = time;
  }

  get size(): number {
    return this.#work.size;
  }

  /** Something failed: `all` throws it. */
  get hasFault(): boolean {
    return this.#fault !== null;
  }

  add(work: Promise<void>): void {
    const one = work
      .catch((fault: unknown) => (this.#fault ??= fault))
      .then(() => void this.#work.delete(one));
    this.#work.add(one);
  }

  /** Resolves when one has ended, or after 100 ms. */
  async some(): Promise<void> {
    await this.#orAfter(LOOK_MS, Promise.race(this.#work));
  }

  /** Resolves when all have ended, or 4 s after the signal. @throws the first fault */
  async all({ signal, onProgress }: Waiter): Promise<void> {
    while (this.size > 0 && !signal?.aborted) {
      await this.some();
      onProgress?.();
    }
    if (this.size > 0) await this.#orAfter(STOP_MS, Promise.all(this.#work));
    if (this.#fault !== null) throw this.#fault;
  }

  async #orAfter(ms: number, ends: Promise<unknown>): Promise<void> {
    const over = new AbortController();
    const pause = this.#time.sleep(ms, over.signal).catch(() => {});
    await Promise.race([ends, pause]);
    over.abort();
  }
}
