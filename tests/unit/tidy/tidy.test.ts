import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { problems } from '../../../src/domain/refusals.ts';
import * as boundaries from '../../tidy/boundaries.ts';
import { problemsOfCode, problemsOfPage } from '../../tidy/catalogue.ts';
import { importsGoDown } from '../../tidy/floors.ts';
import * as shape from '../../tidy/shape.ts';
import { readSources, type Rule } from '../../tidy/source.ts';

const rules: Readonly<Record<string, Rule>> = { ...shape, importsGoDown, ...boundaries };

describe('this repository', () => {
  const sources = readSources(process.cwd());

  test.each(Object.keys(rules))('keeps the rule %s', (name) => {
    expect(sources.flatMap((source) => rules[name]?.(source))).toEqual([]);
  });

  test('has the same problems in code and in docs/problems.md', () => {
    const page = readFileSync('docs/problems.md', 'utf8');
    const byCode = (one: { code: string }, other: { code: string }) =>
      one.code < other.code ? -1 : 1;
    const written = problemsOfPage(page).toSorted(byCode);
    expect(written).toEqual(problemsOfCode(problems).toSorted(byCode));
  });
});

/** How often a rule finds fault with a file of this path and text. */
function faultsOf(rule: Rule, path: string, text: string): number {
  return rule({ path, text }).length;
}

const lines = (count: number) => 'x();\n'.repeat(count);

describe('files, functions and lines are short', () => {
  test('a file of src has at most 250 lines, a test 400', () => {
    expect(faultsOf(shape.filesAreShort, 'src/cell/a.ts', lines(250))).toBe(0);
    expect(faultsOf(shape.filesAreShort, 'src/cell/a.ts', lines(251))).toBe(1);
    expect(faultsOf(shape.filesAreShort, 'lua/a.lua', lines(251))).toBe(1);
    expect(faultsOf(shape.filesAreShort, 'tests/unit/a.test.ts', lines(400))).toBe(0);
    expect(faultsOf(shape.filesAreShort, 'tests/unit/a.test.ts', lines(401))).toBe(1);
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

describe('imports only go down', () => {
  test.each([
    ['src/service/a.ts', '../cell/keys.ts'],
    ['src/cell/a.ts', './keys.ts'],
    ['src/process/a.ts', '../queue/worker.ts'],
    ['src/platform/embedded/a.ts', '../config.ts'],
    ['src/platform/a.ts', 'ioredis'],
    ['bench/a.ts', '../src/cell/keys.ts'],
  ])('%s may import %s', (path, name) => {
    expect(faultsOf(importsGoDown, path, `import { a } from '${name}';`)).toBe(0);
  });

  test.each([
    ['src/domain/a.ts', '../platform/clock.ts'],
    ['src/domain/a.ts', 'node:fs'],
    ['src/platform/a.ts', '../domain/sale.ts'],
    ['src/platform/embedded/a.ts', '../../domain/sale.ts'],
    ['src/cell/a.ts', '../ledger/settle.ts'],
    ['src/ledger/a.ts', '../provider/sandbox.ts'],
    ['src/service/a.ts', '../http/app.ts'],
    ['src/http/a.ts', '../queue/worker.ts'],
    ['src/queue/a.ts', '../http/app.ts'],
    ['src/queue/a.ts', '../process/main.ts'],
    ['src/process/a.ts', '../../tests/world/servers/world.ts'],
    ['src/misc/a.ts', './b.ts'],
  ])('%s may not import %s', (path, name) => {
    expect(faultsOf(importsGoDown, path, `import { a } from '${name}';`)).toBe(1);
  });

  test.each([
    "import type { A } from '../ledger/a.ts';",
    "export * from '../ledger/a.ts';",
    "export { a } from '../ledger/a.ts';",
    "const a = await import('../ledger/a.ts');",
    "type A = import('../ledger/a.ts').A;",
  ])('whichever way it is written: %s', (text) => {
    expect(faultsOf(importsGoDown, 'src/cell/a.ts', text)).toBe(1);
  });

  test('a fault names its line, behind whatever characters', () => {
    const text = "// 秒杀 👋\n\nimport '../ledger/a.ts';\n";
    expect(importsGoDown({ path: 'src/cell/a.ts', text })).toEqual([
      'src/cell/a.ts:3: cell may not import ../ledger/a.ts',
    ]);
  });
});

describe('each thing has one place', () => {
  test.each([
    'const key = `{${sale}.${cell}}:fence`;',
    "const key = '{friday.0}:' + epoch;",
    'const key = `${prefix}:stock`;',
    'const key = tag + ":outbox";',
  ])('only src/cell builds Redis keys: %s', (text) => {
    expect(faultsOf(boundaries.keysAreMadeInOnePlace, 'src/service/a.ts', text)).toBe(1);
    expect(faultsOf(boundaries.keysAreMadeInOnePlace, 'src/cell/keys.ts', text)).toBe(0);
  });

  test.each([
    'const url = process.env.REDIS_URL;',
    "const url = process['env'].REDIS_URL;",
    'const { env } = process;',
    'const url = import.meta.env.REDIS_URL;',
    "import { env } from 'node:process';",
    'const config = readConfig(process.env);',
  ])('only src/platform/config.ts reads the environment: %s', (text) => {
    expect(faultsOf(boundaries.environmentIsReadOnce, 'src/service/a.ts', text)).toBe(1);
    expect(faultsOf(boundaries.environmentIsReadOnce, 'src/platform/config.ts', text)).toBe(0);
  });

  test('a process hands the environment to `readConfig`, and to nothing else', () => {
    const rule = boundaries.environmentIsReadOnce;
    expect(faultsOf(rule, 'src/process/main.ts', 'readConfig(process.env);')).toBe(0);
    expect(faultsOf(rule, 'src/process/main.ts', 'spawn(process.env);')).toBe(1);
  });

  test.each([
    'await new Promise((done) => setTimeout(done, 50));',
    "import { setTimeout } from 'node:timers/promises';",
    'setInterval(check, 10);',
  ])('tests do not sleep: %s', (text) => {
    expect(faultsOf(boundaries.testsDoNotSleep, 'tests/real/a.test.ts', text)).toBe(1);
    expect(faultsOf(boundaries.testsDoNotSleep, 'tests/world/servers/until.ts', text)).toBe(0);
    expect(faultsOf(boundaries.testsDoNotSleep, 'src/service/a.ts', text)).toBe(0);
  });

  test.each(['test', 'it', 'describe', 'test.each([1])', 'test.concurrent'])(
    'tests all run: nothing is skipped, singled out or put off with %s',
    (word) => {
      for (const how of ['skip', 'only', 'todo']) {
        const text = `${word}.${how}('name', () => {});`;
        expect(faultsOf(boundaries.testsAllRun, 'tests/unit/a.test.ts', text), text).toBe(1);
      }
      expect(faultsOf(boundaries.testsAllRun, 'tests/unit/a.test.ts', `${word}('name')`)).toBe(0);
    },
  );

  test.each([
    ['select 1', 0],
    ['-- a; b\nselect \';\' as "x", $$ a; b $$; -- done;\n', 0],
    ['update a set b = 1; select 1;', 1],
    ['-- nothing yet', 1],
  ])('a file of sql/statements holds one statement: %s', (text, faults) => {
    expect(faultsOf(boundaries.statementsStandAlone, 'sql/statements/a.sql', text)).toBe(faults);
  });
});

test('a page and a table of problems are compared by status, code and title', () => {
  const table = { unsupported: { status: 415, also: 405, title: 'Not supported' } };
  const page = '| status | code | title |\n| --- | --- | --- |\n| 405, 415 | `unsupported` |';
  expect(problemsOfPage(`${page} Not supported |`)).toEqual(problemsOfCode(table));
  expect(problemsOfPage(`${page} Something else |`)).not.toEqual(problemsOfCode(table));
});
