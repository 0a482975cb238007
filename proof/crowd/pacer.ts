import type { RushPlan } from './rush-plan.ts';

/** Spreads requests evenly in time while units must sell slowly. */
export class Pacer {
  readonly #pace: RushPlan['pace'];
  #unitsLeft: number;
  #slotMs = 0;

  constructor(pace: RushPlan['pace']) {
    this.#pace = pace;
    this.#unitsLeft = pace?.untilUnits ?? 0;
  }

  get isOpen(): boolean {
    return this.#pace?.isOpen ?? false;
  }

  noteUnits(units: number): void {
    this.#unitsLeft -= units;
  }

  /** How long the next request has to wait; below 0: it is late. Each call takes one slot. */
  delayMs(nowMs: number): number {
    if (!this.#pace || this.#unitsLeft <= 0) return 0;
    const { ratePerSecond, isOpen = false } = this.#pace;
    const nextMs = this.#slotMs + 1_000 / ratePerSecond;
    const mayBeLate = isOpen && this.#slotMs > 0;
    this.#slotMs = mayBeLate ? nextMs : Math.max(nowMs, nextMs);
    return this.#slotMs - nowMs;
  }
}
