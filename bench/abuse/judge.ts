import type { AttackSpan, Phase } from './phase.ts';

/** What of a phase decides: orders accepted a second, and the latency that 1 % of them exceed. */
type Served = Pick<Phase, 'acceptedPerSecond' | 'p50Ms' | 'p99Ms'>;

type ApiCost = Pick<Phase, 'cpuMicros' | 'answered'>;

/** Purchases under attack keep at least this share of their rate. */
export const LEAST_RATE = 0.9;
/** Their 99th percentile under attack is at most this multiple. */
export const MOST_DELAY = 2;
/**
 * A control that is faster counts as this, in ms. One percent of four seconds is 40 ms: a single
 * pause of 60 ms, such as a slow fsync of Redis or a major collection of garbage, makes a 99th
 * percentile of 20 ms by itself, with or without attackers. Twice this floor allows for one.
 */
export const FLOOR_MS = 10;

export interface Comparison {
  /** Orders accepted a second, attack ÷ control. */
  readonly rateRatio: number;
  /** 99th percentile, attack ÷ control. */
  readonly p99Ratio: number;
}

/**
 * Compares a phase under attack with another one. The control is the fair one: the same attackers
 * flood a dummy, so the CPU that they take on a shared machine slows down both.
 */
export const compare = (attack: Served, other: Served): Comparison => ({
  rateRatio: attack.acceptedPerSecond / other.acceptedPerSecond,
  p99Ratio: attack.p99Ms / Math.max(other.p99Ms, FLOOR_MS),
});

/** The bounds that an attack broke, in words. */
export function brokenBounds(kind: string, { rateRatio, p99Ratio }: Comparison): string[] {
  const broken: string[] = [];
  if (!(rateRatio >= LEAST_RATE)) {
    broken.push(
      `${kind}: purchases kept ${rateRatio.toFixed(2)} of their rate; ${LEAST_RATE} is due`,
    );
  }
  if (!(p99Ratio <= MOST_DELAY)) {
    broken.push(
      `${kind}: p99 is ${p99Ratio.toFixed(2)} times the control's; ${MOST_DELAY} is the most`,
    );
  }
  return broken;
}

/**
 * CPU that a request of the attackers costs the api, in µs: what the api spent beyond what the
 * honest orders of the span cost in the control.
 */
export function costOfTry(attack: ApiCost, control: ApiCost, { answers }: AttackSpan): number {
  const honest = (control.cpuMicros['api']! / control.answered) * attack.answered;
  return Math.max(0, attack.cpuMicros['api']! - honest) / Math.max(1, answers);
}
