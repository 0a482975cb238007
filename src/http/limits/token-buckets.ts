import type { RateLimit } from '../../platform/config/limit-parsers.ts';
import type { Time } from '../../platform/time.ts';

/** Tokens flow into a bucket all the time; a full one is as good as none. */
interface Bucket {
  /** When the bucket will be full again, on the monotonic clock. */
  fullAtMs: number;
}

const MS_PER_S = 1000;
/** Callers that each of the two generations remembers at most. */
const GENERATION = 25_000;

/**
 * The callers of one limit, each with a bucket of tokens. It remembers callers in two generations:
 * when the young one is full, it becomes the old one, and the callers of the old one are forgotten.
 * So memory is bounded, and a caller who keeps coming stays known. A forgotten caller starts with
 * a full bucket.
 */
export class TokenBuckets {
  readonly #time: Pick<Time, 'monotonic'>;
  readonly #msPerToken: number;
  /** How long an empty bucket takes to fill. */
  readonly #fillMs: number;
  readonly #generation: number;
  #young = new Map<string, Bucket>();
  #old = new Map<string, Bucket>();

  constructor(
    { perSecond, burst }: RateLimit,
    time: Pick<Time, 'monotonic'>,
    generation = GENERATION,
  ) {
    this.#time = time;
    this.#msPerToken = MS_PER_S / perSecond;
    this.#fillMs = burst * this.#msPerToken;
    this.#generation = generation;
  }

  /**
   * Takes tokens, or none when there are too few. A request that costs more than a bucket holds
   * needs a full one.
   * @returns how long to wait until there are enough, in ms; 0: they are taken
   */
  take(caller: string, tokens: number): number {
    const nowMs = this.#time.monotonic();
    const bucket = this.#bucketOf(caller);
    const costMs = Math.min(tokens * this.#msPerToken, this.#fillMs);
    const fullAtMs = Math.max(bucket.fullAtMs, nowMs) + costMs;
    const waitMs = fullAtMs - nowMs - this.#fillMs;
    if (waitMs > 0) return waitMs;
    bucket.fullAtMs = fullAtMs;
    return 0;
  }

  /** Takes tokens, or all that are left if there are fewer. */
  drain(caller: string, tokens: number): void {
    const nowMs = this.#time.monotonic();
    const bucket = this.#bucketOf(caller);
    const fullAtMs = Math.max(bucket.fullAtMs, nowMs) + tokens * this.#msPerToken;
    bucket.fullAtMs = Math.min(fullAtMs, nowMs + this.#fillMs);
  }

  /** Puts one token back that the caller took. A full bucket gets no fuller. */
  giveBack(caller: string): void {
    this.#bucketOf(caller).fullAtMs -= this.#msPerToken;
  }

  /** @returns how long to wait until the caller has one token, in ms; 0: it has one */
  wait(caller: string): number {
    const bucket = this.#young.get(caller) ?? this.#old.get(caller);
    if (!bucket) return 0;
    const emptyMs = bucket.fullAtMs - this.#time.monotonic();
    return Math.max(emptyMs + this.#msPerToken - this.#fillMs, 0);
  }

  /** @returns the tokens left, rounded down, and how long the bucket takes to fill, in ms */
  look(caller: string): { readonly left: number; readonly fullInMs: number } {
    const bucket = this.#young.get(caller) ?? this.#old.get(caller);
    const fullInMs = Math.max((bucket?.fullAtMs ?? 0) - this.#time.monotonic(), 0);
    return { left: Math.floor((this.#fillMs - fullInMs) / this.#msPerToken), fullInMs };
  }

  /** Callers remembered; one that is in both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  #bucketOf(caller: string): Bucket {
    const known = this.#young.get(caller);
    if (known) return known;
    const bucket = this.#old.get(caller) ?? { fullAtMs: 0 };
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(caller, bucket);
    return bucket;
  }
}
