import type { Memory } from './api-memory.ts';
import type { Phase } from './phase.ts';

/** Purchases beside the listeners keep at least this share of their rate. */
export const LEAST_RATE = 0.95;

const KIB = 1024;
const MICROS = 1e6;

export type Neighbours = readonly [before: Served, after: Served];
/** What of a phase is compared: orders accepted a second, and what it cost the api. */
type Served = Pick<Phase, 'acceptedPerSecond' | 'p99Ms' | 'answered' | 'cpuMicros' | 'seconds'>;

export const meanOf = ([one, other]: Neighbours, figure: (served: Served) => number): number =>
  (figure(one) + figure(other)) / 2;

/** Orders accepted a second, beside listeners ÷ the mean of the phases around them. */
export const rateRatio = (beside: Served, neighbours: Neighbours): number =>
  beside.acceptedPerSecond / meanOf(neighbours, ({ acceptedPerSecond }) => acceptedPerSecond);

/** CPU of the api in µs for an answer to an order. */
export const perAnswer = ({ cpuMicros, answered }: Served): number => cpuMicros['api']! / answered;

/**
 * What listeners cost the api: its CPU beyond that of the orders, which cost what they cost in the
 * phases around. Noise may make it less than nothing.
 * @param events that the listeners got in the measured span
 */
export function costOfListeners(
  beside: Served,
  neighbours: Neighbours,
  events: number,
): { readonly cores: number; readonly microsAnEvent: number } {
  const orders = meanOf(neighbours, perAnswer) * beside.answered;
  const micros = beside.cpuMicros['api']! - orders;
  return {
    cores: micros / MICROS / beside.seconds,
    microsAnEvent: micros / Math.max(1, events),
  };
}

/** Memory that the api holds for each of a number of listeners, in KiB. */
export function memoryEach(before: Memory, beside: Memory, listeners: number) {
  const each = (name: keyof Memory) => (beside[name] - before[name]) / KIB / listeners;
  return { rssKib: each('rss'), heapKib: each('heapUsed'), externalKib: each('external') };
}

/** The bounds that a run broke, in words. */
export function brokenBounds({
  ratio,
  missed,
}: {
  /** The median of the rounds. */
  readonly ratio: number;
  /** Listeners of all rounds. */
  readonly missed: number;
}): string[] {
  const broken: string[] = [];
  if (!(ratio >= LEAST_RATE)) {
    broken.push(`purchases kept ${ratio.toFixed(3)} of their rate; ${LEAST_RATE} is due`);
  }
  if (missed > 0) broken.push(`listeners that missed an event: ${missed}; none may`);
  return broken;
}
