import { apart } from './deadline.ts';
import type { Time } from './time.ts';

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

/**
 * Makes one run of those that overlap, and gives its answer to all who ask soon after it. A run
 * that fails is not kept.
 * @param keptMs how long an answer is given; Infinity: for good
 */
export function shareAnswers<Answer>(
  run: () => Promise<Answer>,
  keptMs: number,
  time: Pick<Time, 'monotonic'>,
): () => Promise<Answer> {
  let kept: { readonly answer: Answer; readonly untilMs: number } | null = null;
  const shared = shareRuns<void, Answer>(
    async () => {
      const answer = await run();
      kept = { answer, untilMs: time.monotonic() + keptMs };
      return answer;
    },
    () => '',
  );
  return async () => (kept && time.monotonic() < kept.untilMs ? kept.answer : shared());
}
