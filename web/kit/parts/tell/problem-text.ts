import type { Problem } from '../../api/problem.ts';
import type { en } from '../../words/en.ts';

type Said = Pick<Problem, 'code' | 'message' | 'requestId'>;
type Words = typeof en;

/** A text of our own for what any view may meet, else what the service says to its visitor. */
export function problemText(
  { code, message, requestId }: Said,
  { failed }: Pick<Words, 'failed'>,
): string {
  const fault = requestId === null ? failed.faultUnnamed : failed.fault;
  const own: Readonly<Record<string, string>> = {
    offline: failed.offline,
    unauthenticated: failed.unauthenticated,
    forbidden: failed.forbidden,
    not_found: failed.notFound,
    busy: failed.busy,
    rate_limited: failed.busy,
    fault,
  };
  return own[code] ?? message ?? fault;
}

/** The same for what the visitor asked for: it is not repeated by itself, as a read is. */
export function actionText(problem: Said, words: Pick<Words, 'failed' | 'notDone'>): string {
  const { notDone } = words;
  const own: Readonly<Record<string, string>> = {
    offline: notDone.offline,
    unauthenticated: notDone.unauthenticated,
    busy: notDone.busy,
    rate_limited: notDone.busy,
  };
  return own[problem.code] ?? problemText(problem, words);
}
