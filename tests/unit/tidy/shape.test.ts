import { describe, expect, test } from 'vitest';
import { foldersAreSmall } from '../../tidy/folders.ts';
import * as shape from '../../tidy/file-lengths.ts';
import { faultsOf } from './faults-of.ts';

const lines = (count: number) => 'x();\n'.repeat(count);

describe('files, functions and lines are short', () => {
  test('a file of src has at most 250 lines, a test 400', () => {
    expect(faultsOf(shape.filesAreShort, 'src/cell/a.ts', lines(250))).toBe(0);
    expect(faultsOf(shape.filesAreShort, 'src/cell/a.ts', lines(251))).toBe(1);
    expect(faultsOf(shape.filesAreShort, 'lua/a.lua', lines(251))).toBe(1);
    expect(faultsOf(shape.filesAreShort, 'tests/unit/a.test.ts', lines(400))).toBe(0);
    expect(faultsOf(shape.filesAreShort, 'tests/unit/a.test.ts', lines(401))).toBe(1);
    expect(faultsOf(shape.filesAreShort, 'sql/schema.sql', lines(251))).toBe(0);
  });

  test('a line has at most 100 characters, however many bytes they take', () => {
    expect(faultsOf(shape.linesAreShort, 'sql/a.sql', '秒'.repeat(100))).toBe(0);
    expect(faultsOf(shape.linesAreShort, 'sql/a.sql', 'a'.repeat(101))).toBe(1);
  });

  test.each([
    ['declared', (body: string) => `function f() {\n${body}}\n`],
    ['arrow', (body: string) => `const f = async () => {\n${body}};\n`],
    ['method', (body: string) => `class C {\n  m() {\n${body}  }\n}\n`],
  ])('a function has at most 40 lines (%s)', (_kind, write) => {
    expect(faultsOf(shape.functionsAreShort, 'src/cell/a.ts', write(lines(38)))).toBe(0);
    expect(faultsOf(shape.functionsAreShort, 'src/cell/a.ts', write(lines(39)))).toBe(1);
  });

  test('a function’s lines are not those of a function inside it', () => {
    const inner = (count: number) => `g(() => {\n${lines(count)}});\n`;
    const outer = (body: string) => `function f() {\n${body}}\n`;
    const two = outer(inner(38) + inner(38));
    expect(faultsOf(shape.functionsAreShort, 'src/cell/a.ts', two)).toBe(0);
    const both = outer(inner(39) + lines(38));
    expect(faultsOf(shape.functionsAreShort, 'src/cell/a.ts', both)).toBe(2);
  });

  test('JSX does not count, and functions inside it do', () => {
    const drawn = (body: string) => `return (\n<div>\n${body}</div>\n);\n`;
    const view = (before: string, body: string) => `function V() {\n${before}${drawn(body)}}\n`;
    const items = '<li>one</li>\n'.repeat(100);
    expect(faultsOf(shape.functionsAreShort, 'web/shop/a.tsx', view('', items))).toBe(0);
    expect(faultsOf(shape.functionsAreShort, 'web/shop/a.tsx', view(lines(40), items))).toBe(1);
    const press = `<b onClick={() => {\n${lines(39)}}}>one</b>\n`;
    expect(faultsOf(shape.functionsAreShort, 'web/shop/a.tsx', view('', press))).toBe(1);
  });

  test('a Lua function has at most 40 lines', () => {
    const write = (count: number) => `local function f()\n${'  x()\n'.repeat(count)}end\n`;
    expect(faultsOf(shape.functionsAreShort, 'lua/a.lua', write(38))).toBe(0);
    expect(faultsOf(shape.functionsAreShort, 'lua/a.lua', write(39))).toBe(1);
  });

  test('a file name says what is in it', () => {
    expect(faultsOf(shape.namesSaySomething, 'src/cell/keys.ts', '')).toBe(0);
    for (const name of ['utils', 'redis-helper', 'common', 'saleManager.util', 'cell-manager']) {
      expect(faultsOf(shape.namesSaySomething, `src/cell/${name}.ts`, ''), name).toBe(1);
    }
  });
});

describe('a folder is small enough to read at a glance', () => {
  const filesIn = (folder: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ path: `${folder}/${i}.ts`, text: '' }));

  test.each(['src/cell', 'lua/lib', 'sql/statements/books', 'bench', 'proof/crowd', 'web'])(
    'a folder such as %s has at most 15 files',
    (folder) => {
      expect(foldersAreSmall(filesIn(folder, 15))).toEqual([]);
      expect(foldersAreSmall(filesIn(folder, 16))).toEqual([
        `${folder}: 16 files, and a folder has at most 15`,
      ]);
    },
  );

  test('a folder of tests has at most 20 files', () => {
    expect(foldersAreSmall(filesIn('tests/real/cells', 20))).toEqual([]);
    expect(foldersAreSmall(filesIn('tests/real/cells', 21))).toHaveLength(1);
  });

  test('files of sub-folders and migrations do not count', () => {
    expect(foldersAreSmall([...filesIn('src/cell', 15), ...filesIn('src/cell/a', 15)])).toEqual([]);
    expect(foldersAreSmall(filesIn('sql/migrations', 40))).toEqual([]);
  });
});
