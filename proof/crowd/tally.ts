import { build } from 'hdr-histogram-js';
import type { Histogram } from 'hdr-histogram-js';
import { kindOf } from './answer.ts';
import type { Answer } from './answer.ts';
import type { RushProgress, RushReport } from './rush-plan.ts';

const MICROS = 1_000;
const HIGHEST_MICROS = 120_000_000;

const histogram = (): Histogram =>
  build({ highestTrackableValue: HIGHEST_MICROS, numberOfSignificantValueDigits: 3 });

/** Counts the answers of a rush, and records their latencies. */
export class Tally {
  readonly #answers: Record<string, number> = {};
  readonly #measured: Record<string, number> = {};
  readonly #latencies = histogram();
  #span: { fromMs: number; toMs: number };
  #answered = 0;
  #units = 0;
  #firstSentMs = 0;
  #lastPlacedMs = 0;
  #lastAnswerMs = 0;

  /** @param span the measured part of the rush, by the clock of the answers' times */
  constructor(span: { fromMs: number; toMs: number }) {
    this.#span = span;
  }

  get progress(): RushProgress {
    return { answered: this.#answered, units: this.#units };
  }

  sent(nowMs: number): void {
    this.#firstSentMs ||= nowMs;
  }

  answered(answer: Answer, quantity: number, sentMs: number, nowMs: number): void {
    const kind = kindOf(answer);
    this.#answered++;
    this.#lastAnswerMs = nowMs;
    this.#answers[kind] = (this.#answers[kind] ?? 0) + 1;
    if (kind === 'placed') {
      this.#units += quantity;
      this.#lastPlacedMs = nowMs;
    }
    if (nowMs < this.#span.fromMs || nowMs >= this.#span.toMs) return;
    this.#measured[kind] = (this.#measured[kind] ?? 0) + 1;
    this.#latencies.recordValue(Math.max(1, Math.round((nowMs - sentMs) * MICROS)));
  }

  cut(): void {
    this.#answers['cut'] = (this.#answers['cut'] ?? 0) + 1;
  }

  report(): Omit<RushReport, 'unfinished' | 'cpuSeconds'> {
    const fromMs = Math.max(this.#span.fromMs, this.#firstSentMs);
    const toMs = Math.min(this.#span.toMs, this.#lastAnswerMs);
    const percentile = (share: number) => this.#latencies.getValueAtPercentile(share) / MICROS;
    return {
      answers: this.#answers,
      measured: {
        answers: this.#measured,
        seconds: Math.max(0, toMs - fromMs) / 1_000,
        p50Ms: percentile(50),
        p99Ms: percentile(99),
      },
      sellingSeconds: Math.max(0, this.#lastPlacedMs - this.#firstSentMs) / 1_000,
    };
  }
}
