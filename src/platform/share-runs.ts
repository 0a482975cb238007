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
  return shareAnswersBy<void, Answer>(run, () => '', { keptMs, most: 1 }, time);
}

/**
 * The same for several questions.
 * @param keyOf tells what is the same
 * @param most number of answers that are kept; the oldest makes room for a new one
 */
export function shareAnswersBy<Asked, Answer>(
  run: (asked: Asked) => Promise<Answer>,
  keyOf: (asked: Asked) => string,
  { keptMs, most }: { readonly keptMs: number; readonly most: number },
  time: Pick<Time, 'monotonic'>,
): (asked: Asked) => Promise<Answer> {
  /** By key, the oldest first. */
  const kept = new Map<string, { readonly answer: Answer; readonly untilMs: number }>();
  const shared = shareRuns(async (asked: Asked) => {
    const answer = await run(asked);
    const nowMs = time.monotonic();
    for (const [key, { untilMs }] of kept) {
      if (kept.size >= most || nowMs >= untilMs) kept.delete(key);
    }
    kept.set(keyOf(asked), { answer, untilMs: nowMs + keptMs });
    return answer;
  }, keyOf);
  return async (asked) => {
    const found = kept.get(keyOf(asked));
    return found && time.monotonic() < found.untilMs ? found.answer : shared(asked);
  };
}
