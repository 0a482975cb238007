import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { PageTime } from './browser-time.ts';

/** What one answer tells of the server's clock. */
export interface Sample {
  /** The server's time in the answer, in ms since 1970. */
  readonly serverMs: number;
  /** By `monotonic`, when the request went out and when the answer came. */
  readonly sentMs: number;
  readonly receivedMs: number;
  /** How much older than its sending the server's time may be, e.g. 1000 for a `Date` header. */
  readonly slackMs?: number;
}

interface Estimate {
  /** The server's time less `monotonic`. */
  readonly offsetMs: number;
  /** How far off the estimate is at most. */
  readonly errorMs: number;
  readonly atMs: number;
}

/** Two clocks drift apart by at most this share; an old sample becomes less exact. */
const DRIFT = 1e-4;
/** A wider gap between the two clocks of the device means that it slept, or was set. */
const JUMP_MS = 500;
/** How long news on a stream usually travels at most. */
const TRAVEL_MS = 1_000;
const HALF = 0.5;

function estimateOf({ serverMs, sentMs, receivedMs, slackMs = 0 }: Sample): Estimate {
  // When the answer came, the server's clock stood between these two.
  const earliest = serverMs;
  const latest = serverMs + slackMs + (receivedMs - sentMs);
  return {
    offsetMs: (earliest + latest) * HALF - receivedMs,
    errorMs: (latest - earliest) * HALF,
    atMs: receivedMs,
  };
}

/**
 * The server's clock, as answers tell it. Of all samples it keeps the one with the smallest error,
 * usually that of the shortest round trip, until a better one comes or one contradicts it.
 */
export class ServerClock {
  /** Changes when the clock is set anew by more than a little: countdowns look again. */
  readonly changes: ReadonlySignal<number>;
  readonly #changes = signal(0);
  readonly #time: PageTime;
  #best: Estimate | null = null;
  /** The device's clock less `monotonic`. */
  #gapMs: number;

  constructor(time: PageTime) {
    this.#time = time;
    this.#gapMs = time.now() - time.monotonic();
    this.changes = this.#changes;
  }

  /** The server's time; that of the device until an answer has come. */
  now(): number {
    const offset = this.#best?.offsetMs ?? this.#gapMs;
    return this.#time.monotonic() + offset;
  }

  /** How far off `now` is at most, in ms; null while no answer has told. */
  get errorMs(): number | null {
    return this.#best && this.#errorNow(this.#best);
  }

  learn(sample: Sample): void {
    if (!Number.isFinite(sample.serverMs)) return;
    const next = estimateOf(sample);
    const best = this.#best;
    if (best) {
      const errorMs = this.#errorNow(best);
      const isContradicted = Math.abs(next.offsetMs - best.offsetMs) > errorMs + next.errorMs;
      if (!isContradicted && next.errorMs > errorMs) return;
    }
    this.#best = next;
    this.#changes.value++;
  }

  /**
   * A time that the server sent by itself, on a stream: nobody knows how long it travelled. It only
   * counts when the server is further than we thought.
   */
  hear(serverMs: number): void {
    const receivedMs = this.#time.monotonic();
    const best = this.#best;
    const latest = best ? receivedMs + best.offsetMs + this.#errorNow(best) : -Infinity;
    if (!Number.isFinite(serverMs) || latest >= serverMs) return;
    const sample = { serverMs, sentMs: receivedMs, receivedMs, slackMs: TRAVEL_MS };
    this.#best = estimateOf(sample);
    this.#changes.value++;
  }

  /** Call it often: the device may have slept, and `monotonic` with it. */
  wake(): void {
    const gapMs = this.#time.now() - this.#time.monotonic();
    const jumpMs = gapMs - this.#gapMs;
    this.#gapMs = gapMs;
    if (Math.abs(jumpMs) <= JUMP_MS) return;
    if (this.#best) {
      const { offsetMs, errorMs, atMs } = this.#best;
      // The next answer corrects the guess.
      this.#best = { offsetMs: offsetMs + jumpMs, errorMs: errorMs + Math.abs(jumpMs), atMs };
    }
    this.#changes.value++;
  }

  #errorNow({ errorMs, atMs }: Estimate): number {
    return errorMs + (this.#time.monotonic() - atMs) * DRIFT;
  }
}
