import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** A task that repeats. Stopping it ends the pause, and resolves once a run under way is over. */
export interface Repeating {
  stop(): Promise<void>;
}

export interface RepeatOptions {
  /** Is told why a run failed. It must not throw. */
  readonly onError: (error: Error) => void;
  /** Until the first run; 0, the default: at once. */
  readonly firstMs?: number;
}

/**
 * Time, passed to everything that reads it or waits, so that a test or a simulation can pass its
 * own. Sale windows follow the TIME of Redis, never this.
 */
export interface Time {
  /** Milliseconds since 1970; may jump. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonic(): number;
  /** Keeps the process alive. @throws when the signal aborts before `ms` have passed */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Runs a task once after `ms`. Its timer does not keep the process alive: a process that waits
   * for nothing else ends first.
   * @returns what cancels it
   */
  after(ms: number, task: () => void): () => void;
  /**
   * Runs a task each `ms`. Its timer does not keep the process alive.
   * @returns what cancels it
   */
  every(ms: number, task: () => void): () => void;
  /**
   * Runs a task again and again, with a pause after the end of each run, also of a failed one.
   */
  repeat(task: () => Promise<unknown>, pauseMs: number, options: RepeatOptions): Repeating;
  /** A signal that aborts after `ms`. Its timer does not keep the process alive. */
  deadline(ms: number): AbortSignal;
}

function repeat(
  task: () => Promise<unknown>,
  pauseMs: number,
  { onError, firstMs = 0 }: RepeatOptions,
): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const run = async (): Promise<void> => {
    await task().catch(onError);
    if (!isStopped) timer = setTimeout(() => (running = run()), pauseMs);
  };
  let running = Promise.resolve();
  if (firstMs > 0) timer = setTimeout(() => (running = run()), firstMs);
  else running = run();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** The clocks and timers of this machine. */
export const systemTime: Time = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
  after: (ms, task) => {
    const timer = setTimeout(task, ms).unref();
    return () => clearTimeout(timer);
  },
  every: (ms, task) => {
    const timer = setInterval(task, ms).unref();
    return () => clearInterval(timer);
  },
  repeat,
  deadline: (ms) => AbortSignal.timeout(ms),
};

/** How often the delay of the event loop is measured. */
const STEP_MS = 20;
const NS_PER_MS = 1e6;
const PERCENTILE = 99;

/**
 * Measures how late the event loop runs timers.
 * @returns what tells the 99th percentile since it was asked last, in ms
 */
export function measureLoopDelay(): () => number {
  const delays = monitorEventLoopDelay({ resolution: STEP_MS });
  delays.enable();
  return () => {
    // It counts from one measurement to the next, with the time between them.
    const lateMs = delays.percentile(PERCENTILE) / NS_PER_MS - STEP_MS;
    delays.reset();
    return Math.max(0, lateMs);
  };
}
