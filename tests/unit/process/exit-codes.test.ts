import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProgram } from '../../../src/process/cli/program/program.ts';
import { ENDS_WHEN, EXIT, SIGNAL_CODES } from '../../../src/process/exit-codes.ts';
import type { ExitWord } from '../../../src/process/exit-codes.ts';

/** The rows of the code: each exit code and when a process ends with it. */
const table = Object.entries(EXIT).map(([word, code]) => [code, ENDS_WHEN[word as ExitWord]]);

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('docs/configuration.md has the exit codes of the code', () => {
  const page = readFileSync('docs/configuration.md', 'utf8');
  const rows = [...page.matchAll(/^\| +(\d+) \| (.+?) +\|$/gm)];
  expect(rows.map(([, code, when]) => [Number(code), when])).toEqual(table);
});

test('the help ends with the exit codes of the code', () => {
  let help = '';
  const program = createProgram();
  program.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const [, codes = ''] = help.split('Exit codes');
  const rows = table.map(([code, when]) => `${code} ${String(when).replaceAll('`', '')}`);
  expect(inOneLine(codes)).toMatch(new RegExp(`: ${rows.map(RegExp.escape).join(' ')} ?$`));
});

test('a signal has the exit code that shells give it', () => {
  expect(SIGNAL_CODES).toEqual({ SIGINT: 128 + 2, SIGTERM: 128 + 15, SIGHUP: 128 + 1 });
});
