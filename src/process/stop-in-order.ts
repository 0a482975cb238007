import type { Time } from '../platform/time.ts';

/** Ends one part of a process. */
export interface StopStep {
  /** The part, in words that complete "cut off: …". */
  readonly what: string;
  /** How long it may take. */
  readonly withinMs: number;
  /** How much of the time of all steps the steps before it leave to it; default: nothing. */
  readonly reservedMs?: number;
  readonly stop: () => Promise<unknown>;
}

/** A role of a process that has started, and what ends it. */
export interface Started {
  /** What ends its work, in this order. */
  readonly steps: readonly StopStep[];
  /** Hands over what it remembers, signs off and disconnects; after the work of every role. */
  readonly close: () => Promise<unknown>;
}

export interface StopOptions {
  readonly time: Pick<Time, 'after' | 'monotonic'>;
  /** How long all steps together may take. */
  readonly withinMs: number;
  readonly onError: (error: Error) => void;
}

/**
 * Runs steps one after the other. A step that takes too long goes on by itself, and the next one
 * begins: a server that is silent must not keep the process from its end.
 * @returns the parts that had not ended in time
 */
export async function stopInOrder(
  steps: readonly StopStep[],
  { time, withinMs, onError }: StopOptions,
): Promise<string[]> {
  const untilMs = time.monotonic() + withinMs;
  const cutOff: string[] = [];
  for (const [i, step] of steps.entries()) {
    const leftMs = untilMs - time.monotonic() - reservedMs(steps.slice(i + 1));
    const stopped = step.stop().catch(onError);
    const waitMs = Math.max(0, Math.min(step.withinMs, leftMs));
    const isLate = await isLateAfter(waitMs, stopped, time);
    if (isLate) cutOff.push(step.what);
  }
  return cutOff;
}

const reservedMs = (steps: readonly StopStep[]): number =>
  steps.reduce((sum, step) => sum + (step.reservedMs ?? 0), 0);

async function isLateAfter(ms: number, work: Promise<unknown>, time: Pick<Time, 'after'>) {
  let cancel = () => {};
  const late = new Promise<boolean>((resolve) => (cancel = time.after(ms, () => resolve(true))));
  return Promise.race([work.then(() => false), late]).finally(cancel);
}
