import type { PageTime } from '../../../web/kit/time/browser-time.ts';

interface Timer {
  readonly atMs: number;
  readonly call: () => void;
}

/** A device whose time passes only when a test says so. */
export class FakeTime implements PageTime {
  #monotonicMs = 1_000;
  /** The device's clock less `monotonic`. */
  #gapMs: number;
  #timers = new Set<Timer>();

  constructor(nowMs: number) {
    this.#gapMs = nowMs - this.#monotonicMs;
  }

  now(): number {
    return this.#monotonicMs + this.#gapMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { atMs: this.#monotonicMs + ms, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** How long until the next timer runs; null: there is none. */
  get nextMs(): number | null {
    const next = this.#next();
    return next && next.atMs - this.#monotonicMs;
  }

  /** Lets time pass, and runs what is due by then. */
  pass(ms: number): void {
    const endMs = this.#monotonicMs + ms;
    for (let next = this.#next(); next && next.atMs <= endMs; next = this.#next()) {
      this.#monotonicMs = Math.max(this.#monotonicMs, next.atMs);
      this.#timers.delete(next);
      next.call();
    }
    this.#monotonicMs = endMs;
  }

  /** The device sleeps: `monotonic` and timers stand still, its clock does not. */
  sleep(ms: number): void {
    this.#gapMs += ms;
  }

  #next(): Timer | null {
    return [...this.#timers].toSorted((one, other) => one.atMs - other.atMs)[0] ?? null;
  }
}
