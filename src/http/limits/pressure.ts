import type { ShedLines } from '../../platform/config/limit-parsers.ts';
import type { Time } from '../../platform/time.ts';
import type { ShedClass } from '../catalogue/facts.ts';

/** 0: nothing is turned away · 1: the class `first` · 2: `middle`, too · 3: `last`, too. */
export type PressureLevel = 0 | 1 | 2 | 3;

/** Of a process that turns nothing away. */
export const CALM: { readonly level: PressureLevel } = { level: 0 };

/** The lowest level at which a class is turned away. */
export const SHED_FROM: Readonly<Record<ShedClass, number>> = {
  first: 1,
  middle: 2,
  last: 3,
  never: Infinity,
};

export interface PressureLines {
  /** Delays of the event loop, in ms; null: they turn nothing away. */
  readonly delaysMs: ShedLines | null;
  /** Requests that wait for Redis or Postgres; null: they turn nothing away. */
  readonly backlogs: ShedLines | null;
}

/** How often the delay of the event loop is read. */
const READ_MS = 50;
/** Readings in a row that must be calm before the level falls by one: a second at least. */
const CALM_READINGS = 20;
/** A reading is calm when it is below the line divided by this. */
const CALM_FACTOR = 2;

function levelOf(value: number, lines: ShedLines | null): PressureLevel {
  if (lines === null || value < lines[0]) return 0;
  if (value < lines[1]) return 1;
  return value < lines[2] ? 2 : 3;
}

/**
 * How hard-pressed this process is. The level rises when two readings in a row reach a line, so one
 * pause of the garbage collector turns nobody away. It falls step by step, after a second of
 * readings well below the line, so it does not flap.
 */
export class Pressure {
  level: PressureLevel = 0;
  readonly #lines: PressureLines;
  #reachedBefore: PressureLevel = 0;
  #calmReadings = 0;

  constructor(lines: PressureLines) {
    this.#lines = lines;
  }

  /** @param delayMs how late the event loop ran a timer @param backlog requests that wait */
  note(delayMs: number, backlog: number): void {
    const reached = this.#reachedBy(delayMs, backlog);
    const risen = Math.min(reached, this.#reachedBefore) as PressureLevel;
    this.#reachedBefore = reached;
    if (risen > this.level) {
      this.level = risen;
      this.#calmReadings = 0;
      return;
    }
    const isCalm = this.#reachedBy(delayMs * CALM_FACTOR, backlog * CALM_FACTOR) < this.level;
    this.#calmReadings = isCalm ? this.#calmReadings + 1 : 0;
    if (this.#calmReadings < CALM_READINGS) return;
    this.level = (this.level - 1) as PressureLevel;
    this.#calmReadings = 0;
  }

  #reachedBy(delayMs: number, backlog: number): PressureLevel {
    const { delaysMs, backlogs } = this.#lines;
    return Math.max(levelOf(delayMs, delaysMs), levelOf(backlog, backlogs)) as PressureLevel;
  }
}

/**
 * Reads the delay of the event loop from a timer that runs late, and the backlog with it.
 * @returns what ends it
 */
export function watchPressure(
  pressure: Pressure,
  time: Pick<Time, 'monotonic' | 'every'>,
  backlog: () => number,
): () => void {
  let beforeMs = time.monotonic();
  return time.every(READ_MS, () => {
    const nowMs = time.monotonic();
    pressure.note(Math.max(nowMs - beforeMs - READ_MS, 0), backlog());
    beforeMs = nowMs;
  });
}
