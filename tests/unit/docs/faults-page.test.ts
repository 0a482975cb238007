import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faults } from '../../../proof/chaos/faults/catalogue.ts';

const CHAOS =
  '`tests/real/chaos/six-worlds.test.ts` · "six worlds that faults strike lose nothing, hang ' +
  'nowhere and sell again"';

/** The cells of each row of a table, without headings. */
const rows = readFileSync('docs/faults.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

const namesOf = (cell: string): string[] =>
  [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!);

/** The fault of a cell that names a test, or null when the test exists. */
function faultOf(cell: string): string | null {
  const named = cell === 'Six worlds' ? CHAOS : cell;
  const [, file, name] = /^`([^`]+)` · "([^"]+)"$/.exec(named) ?? [];
  if (file === undefined || name === undefined) return `names no test: ${cell}`;
  if (!existsSync(file)) return `no file ${file}`;
  return readFileSync(file, 'utf8').includes(`'${name}'`) ? null : `${file} has no test ${name}`;
}

test('docs/faults.md has one row for each fault of the chaos run', () => {
  const named = rows.flatMap(([cell]) => namesOf(cell!));
  expect(named.toSorted()).toEqual(faults.map(({ name }) => name).toSorted());
});

test('docs/faults.md says of each fault what must hold', () => {
  expect(rows.filter(([, holds]) => !holds)).toEqual([]);
});

test('docs/faults.md names tests that exist', () => {
  expect(rows.flatMap(([, , cell]) => faultOf(cell!) ?? [])).toEqual([]);
});

test('docs/faults.md marks the faults that may lose orders together with another', () => {
  const marked = rows.filter(([cell]) => cell!.includes('†')).flatMap(([cell]) => namesOf(cell!));
  const lossy = faults.filter(({ losesWith = [] }) => losesWith.length > 0);
  expect(marked.toSorted()).toEqual(lossy.map(({ name }) => name).toSorted());
});
