import { total } from './measured-rush.ts';
import type { Rushed } from './measured-rush.ts';

/** What shoppers got in one phase of a benchmark, with or without others beside them. */
export interface MeasuredPhase {
  readonly acceptedPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** By kind, warm-up included. */
  readonly answers: Readonly<Record<string, number>>;
  /** Answers to orders in the measured span. */
  readonly answered: number;
  /** CPU of each process in the measured span, in µs. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export function measuredPhase({ report, cpuMicros }: Rushed): MeasuredPhase {
  const { measured, answers } = report;
  const answered = total(measured.answers);
  const spent = Object.entries(cpuMicros).map(([name, each]) => [name, each * answered] as const);
  return {
    acceptedPerSecond: (measured.answers['placed'] ?? 0) / measured.seconds,
    p50Ms: measured.p50Ms,
    p99Ms: measured.p99Ms,
    answers,
    answered,
    cpuMicros: Object.fromEntries(spent),
    seconds: measured.seconds,
  };
}
