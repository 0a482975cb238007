import type { RateLimit } from '../../platform/config/limit-parsers.ts';
import type { Time } from '../../platform/time.ts';

const MS_PER_S = 1000;
/** Callers that each of the two generations remembers at most. */
const GENERATION = 25_000;

/** What all buckets of a limit share. */
interface Flow {
  readonly time: Pick<Time, 'monotonic'>;
  readonly msPerToken: number;
  /** How long an empty bucket takes to fill. */
  readonly fillMs: number;
}

/** The tokens of one caller. They flow in all the time; a full bucket is as good as a new one. */
export class Bucket {
  readonly #flow: Flow;
  /** When the bucket will be full again. With the usual limits it is a whole number. */
  #fullAtMs = 0;
  /** The last generation in which its caller was heard from. */
  generation = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /**
   * Takes tokens, or none when there are too few. A request that costs more than a bucket holds
   * needs a full one.
   * @returns how long to wait until there are enough, in ms; 0: they are taken
   */
  take(tokens: number): number {
    const { msPerToken, fillMs } = this.#flow;
    const nowMs = this.#nowMs();
    const costMs = Math.min(tokens * msPerToken, fillMs);
    const fullAtMs = Math.max(this.#fullAtMs, nowMs) + costMs;
    const waitMs = fullAtMs - nowMs - fillMs;
    if (waitMs > 0) return waitMs;
    this.#fullAtMs = fullAtMs;
    return 0;
  }

  /** Takes tokens, into debt if need be. The debt grows to `tokens` at most. */
  drain(tokens: number): void {
    const { msPerToken, fillMs } = this.#flow;
    const nowMs = this.#nowMs();
    const costMs = tokens * msPerToken;
    const fullAtMs = Math.max(this.#fullAtMs, nowMs) + costMs;
    const mostMs = Math.max(this.#fullAtMs, nowMs + fillMs + costMs);
    this.#fullAtMs = Math.min(fullAtMs, mostMs);
  }

  /** Puts one token back that the caller took. A full bucket gets no fuller. */
  giveBack(): void {
    this.#fullAtMs -= this.#flow.msPerToken;
  }

  /** @returns how long to wait until there is one token, in ms; 0: there is one */
  wait(): number {
    const { msPerToken, fillMs } = this.#flow;
    return Math.max(this.#fullAtMs - this.#nowMs() + msPerToken - fillMs, 0);
  }

  /** @returns the tokens left, rounded down, and how long the bucket takes to fill, in ms */
  look(): { readonly left: number; readonly fullInMs: number } {
    const { msPerToken, fillMs } = this.#flow;
    const fullInMs = Math.max(this.#fullAtMs - this.#nowMs(), 0);
    return { left: Math.max(Math.floor((fillMs - fullInMs) / msPerToken), 0), fullInMs };
  }

  /** In whole numbers, which V8 keeps in the object itself: the hot path reads one thing less. */
  #nowMs(): number {
    return Math.floor(this.#flow.time.monotonic());
  }
}

/**
 * The callers of one limit, each with a bucket of tokens. It remembers callers in two generations:
 * when the young one is full, it becomes the old one, and the callers of the old one are forgotten.
 * So memory is bounded, and a caller who keeps coming stays known. A forgotten caller starts with
 * a full bucket.
 */
export class TokenBuckets {
  readonly #flow: Flow;
  readonly #most: number;
  /** Counts the generations. */
  #generation = 0;
  #young = new Map<string, Bucket>();
  #old = new Map<string, Bucket>();

  constructor({ perSecond, burst }: RateLimit, time: Pick<Time, 'monotonic'>, most = GENERATION) {
    const msPerToken = MS_PER_S / perSecond;
    this.#flow = { time, msPerToken, fillMs: burst * msPerToken };
    this.#most = most;
  }

  /** Callers remembered; one that is in both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** @returns undefined for a caller who is not remembered, and so has a full bucket */
  known(caller: string): Bucket | undefined {
    return this.#young.get(caller) ?? this.#old.get(caller);
  }

  /**
   * Remembers the caller as one of the young generation.
   * @param kept what this answered for the caller before: while that is young, nothing is looked up
   */
  of(caller: string, kept?: Bucket): Bucket {
    if (kept?.generation === this.#generation) return kept;
    const young = this.#young.get(caller);
    if (young) return young;
    const bucket = this.#old.get(caller) ?? new Bucket(this.#flow);
    if (this.#young.size >= this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#generation += 1;
    }
    bucket.generation = this.#generation;
    this.#young.set(caller, bucket);
    return bucket;
  }
}
