import type { AllFigures } from '../../../client/index.ts';

/** From the bottom of the picture to its top. */
export const OUTCOMES = ['placed', 'soldOut', 'busy', 'refused', 'faults', 'other'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What all processes did in the seconds before one moment. */
export interface Moment {
  /** By the server's clock. */
  readonly atMs: number;
  readonly figures: AllFigures;
}

/** Oldest first. */
export type History = readonly Moment[];

export const HISTORY_MS = 300_000;
const MS_PER_S = 1_000;
/** Figures are told every two seconds. Between moments further apart nobody knows anything. */
const GAP_MS = 8_000;

/** Adds a moment, and keeps five minutes. A clock that was set back begins anew. */
export function withMoment(history: History, moment: Moment): History {
  const last = history.at(-1);
  if (last && moment.atMs < last.atMs) return [moment];
  const sinceMs = moment.atMs - HISTORY_MS;
  return [...history.filter(({ atMs }) => atMs >= sinceMs), moment];
}

/** What is drawn: for each time, how high each outcome reaches with all outcomes below it. */
export interface Stack {
  /** Seconds since 1970, rising. */
  readonly seconds: readonly number[];
  /** By outcome, each as long as `seconds`; null: nobody knows. */
  readonly tops: readonly (readonly (number | null)[])[];
}

export function stackOf(history: History): Stack {
  const seconds: number[] = [];
  const tops: (number | null)[][] = OUTCOMES.map(() => []);
  let before: Moment | null = null;
  for (const moment of history) {
    if (before && moment.atMs - before.atMs > GAP_MS) {
      seconds.push((before.atMs + moment.atMs) / 2 / MS_PER_S);
      for (const top of tops) top.push(null);
    }
    seconds.push(moment.atMs / MS_PER_S);
    let height = 0;
    for (const [i, outcome] of OUTCOMES.entries()) {
      height += moment.figures.perSecond[outcome];
      tops[i]!.push(height);
    }
    before = moment;
  }
  return { seconds, tops };
}

/** One figure over time, for a small line; where there is none, the line is at 0. */
export const lineOf = (
  history: History,
  figure: (figures: AllFigures) => number | null,
): number[] => history.map(({ figures }) => figure(figures) ?? 0);
