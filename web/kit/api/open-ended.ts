import type { Problem } from './problem.ts';

/** No answer, or one that says nothing of the request: a later answer to the same key does. */
const OPEN_CODES: readonly string[] = [
  'offline',
  'busy',
  'rate_limited',
  'fault',
  // The client repeats a request whose answer was lost; the token may end before the repetition.
  'unauthenticated',
  'too_slow',
];

/** Whether nobody knows yet what became of the request. */
export const isOpenEnded = ({ code }: Pick<Problem, 'code'>): boolean => OPEN_CODES.includes(code);
