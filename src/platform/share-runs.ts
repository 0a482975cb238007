import { apart } from './deadline.ts';

/**
 * Makes one run of those that overlap: all who ask for the same meanwhile get its answer. It has
 * the deadline of none of them, so the steps of a run must have bounds of their own.
 * @param keyOf tells what is the same
 */
export function shareRuns<Asked, Answer>(
  run: (asked: Asked) => Promise<Answer>,
  keyOf: (asked: Asked) => string,
): (asked: Asked) => Promise<Answer> {
  const running = new Map<string, Promise<Answer>>();
  return (asked) => {
    const key = keyOf(asked);
    const known = running.get(key);
    if (known) return known;
    const started = apart(() => run(asked)).finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
