import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { nodesOf } from '../../../src/process/cli/program/command-tree.ts';
import { SHELLS, completionScript } from '../../../src/process/cli/program/completion.ts';
import { createProgram } from '../../../src/process/cli/program/program.ts';

const program = createProgram();
const bash = completionScript('bash', program);

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const script = `${bash}
COMP_WORDS=(./doorbuster "$@"); COMP_CWORD=$#; _doorbuster; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  return out.split('\n').filter((line) => line !== '');
}

test('bash completes commands, below commands too', () => {
  expect(offered('sal')).toEqual(['sale']);
  expect(offered('sale', 'cl')).toEqual(['close']);
  expect(offered('order', '')).toEqual(expect.arrayContaining(['show', 'refund', '--json']));
  expect(offered('completion', '')).toEqual(expect.arrayContaining([...SHELLS]));
});

test('bash completes the options of a command, those of the program, and fixed values', () => {
  expect(offered('sale', 'apply', 'a.json', '--dry')).toEqual(['--dry-run']);
  expect(offered('sale', 'apply', '--js')).toEqual(['--json']);
  expect(offered('--json', 'token', '--role', 'op')).toEqual(['operator']);
  expect(offered('dead-letters', 'list', '--state', '')).toEqual(
    expect.arrayContaining(['buried', 'replayed', 'released']),
  );
});

test('bash takes the value of an option for no command, and offers nothing for it', () => {
  expect(offered('--reason', 'sale', 'aud')).toEqual(['audit']);
  expect(offered('--reason', '')).toEqual([]);
});

test('bash offers each command and option of the tree in its place', () => {
  const missing = nodesOf(program).flatMap(({ path, commands, options }) => {
    const words = path === '' ? [] : path.split(' ');
    const found = new Set(offered(...words, ''));
    return [...commands, ...options]
      .filter(({ word }) => !found.has(word))
      .map((one) => [path, one]);
  });
  expect(missing).toEqual([]);
});

test.each(SHELLS)('the script for %s names each command and option', (shell) => {
  const script = completionScript(shell, program);
  const words = nodesOf(program).flatMap(({ commands, options }) => [...commands, ...options]);
  const missing = words.filter(({ word }) => !script.includes(word.replace('--', '')));
  expect(missing).toEqual([]);
});
