import { expect, test } from 'vitest';
import { problemsOfCode, problemsOfPage } from '../../tidy/catalogue.ts';

test('a page and a table of problems are compared by status, code and title', () => {
  const table = { unsupported: { status: 415, also: 405, title: 'Not supported' } };
  const page = '| status | code | title |\n| --- | --- | --- |\n| 405, 415 | `unsupported` |';
  expect(problemsOfPage(`${page} Not supported |`)).toEqual(problemsOfCode(table));
  expect(problemsOfPage(`${page} Something else |`)).not.toEqual(problemsOfCode(table));
});
