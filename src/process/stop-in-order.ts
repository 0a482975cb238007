import type { Time } from '../platform/time.ts';

/** Ends one part of a process. */
export interface StopStep {
  /** The part, in words that complete "cut off: …". */
  readonly what: string;
  /** How long it may take. */
  readonly withinMs: number;
  readonly stop: () => Promise<unknown>;
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
  for (const step of steps) {
    const leftMs = Math.max(0, untilMs - time.monotonic());
    const stopped = step.stop().catch(onError);
    const isLate = await isLateAfter(Math.min(step.withinMs, leftMs), stopped, time);
    if (isLate) cutOff.push(step.what);
  }
  return cutOff;
}

async function isLateAfter(ms: number, work: Promise<unknown>, time: Pick<Time, 'after'>) {
  let cancel = () => {};
  const late = new Promise<boolean>((resolve) => (cancel = time.after(ms, () => resolve(true))));
  return Promise.race([work.then(() => false), late]).finally(cancel);
}
