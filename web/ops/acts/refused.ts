import { ProblemError } from '../../../client/index.ts';
import { problemOf } from '../../kit/api/problem.ts';
import { problemText } from '../../kit/parts/tell/problem-text.ts';
import type { en } from '../../kit/words/en.ts';

/** Why a change was not made. An operator reads the `detail`, which says what to do about it. */
export const refusalText = (error: unknown, words: Pick<typeof en, 'failed'>): string =>
  error instanceof ProblemError && error.problem.code === 'conflict'
    ? error.problem.detail
    : problemText(problemOf(error), words);
