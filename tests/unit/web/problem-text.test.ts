import { expect, test } from 'vitest';
import { actionText, problemText } from '../../../web/kit/parts/tell/problem-text.ts';
import { en } from '../../../web/kit/words/en.ts';

const problem = (code: string, message: string | null, requestId: string | null = 'req-1') => ({
  ...{ code, message, requestId },
});

test('an action that failed is never said to be tried again by itself', () => {
  for (const code of ['offline', 'busy', 'rate_limited', 'unauthenticated']) {
    const text = actionText(problem(code, 'Words.'), en);
    expect(text, code).toMatch(/try again/i);
    expect(text, code).not.toMatch(/by itself|we try/i);
  }
  expect(problemText(problem('busy', 'Words.'), en)).toContain('We try again');
});

test('an action that the service refused says what the service says', () => {
  expect(actionText(problem('conflict', 'It is paid already.'), en)).toBe('It is paid already.');
});

test('a number below is spoken of only when there is one', () => {
  for (const text of [actionText, problemText]) {
    expect(text(problem('fault', null), en)).toContain('the number below');
    expect(text(problem('fault', null, null), en)).not.toContain('number');
    expect(text(problem('strange', null, null), en)).not.toContain('number');
  }
});
