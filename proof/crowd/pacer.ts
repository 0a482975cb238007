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

  noteUnits(units: number): void {
    this.#unitsLeft -= units;
  }

  /** How long the next request has to wait. Each call takes one slot. */
  delayMs(nowMs: number): number {
    if (!this.#pace || this.#unitsLeft <= 0) return 0;
    this.#slotMs = Math.max(nowMs, this.#slotMs + 1_000 / this.#pace.ratePerSecond);
    return this.#slotMs - nowMs;
  }
}
