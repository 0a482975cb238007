/** A task that repeats; stopping it ends the pause, and resolves when a run under way is over. */
export interface Repeating {
  stop(): Promise<void>;
}

/**
 * Runs a task again and again, a pause after each run's end. A failed run is the task's to report.
 * @param firstMs until the first run; 0 is now
 */
export function repeat(task: () => Promise<unknown>, pauseMs: number, firstMs = 0): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const run = async (): Promise<void> => {
    await task().catch(() => {});
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
