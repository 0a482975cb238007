import { describe, expect, test } from 'vitest';
import { circlesOf, filesFormNoCircle } from '../../tidy/import-circles.ts';
import { importsGoDown } from '../../tidy/floors.ts';
import { topsImportDown } from '../../tidy/imports.ts';
import { packageFaults } from '../../tidy/packages.ts';
import * as pages from '../../tidy/pages.ts';
import { roomsFormNoCircle } from '../../tidy/rooms.ts';
import { faultsAmong, faultsOf } from './faults-of.ts';

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
    ['src/domain/a.ts', '../platform/time.ts'],
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
  ])('an import is found however it is written: %s', (text) => {
    expect(faultsOf(importsGoDown, 'src/cell/a.ts', text)).toBe(1);
  });

  test('a fault names its line, whatever characters precede it', () => {
    const text = "// 秒杀 👋\n\nimport '../ledger/a.ts';\n";
    expect(importsGoDown({ path: 'src/cell/a.ts', text })).toEqual([
      'src/cell/a.ts:3: cell may not import ../ledger/a.ts',
    ]);
  });
});

describe('the product stands alone', () => {
  test.each([
    ['src/cell/a.ts', '../../proof/fleet/cleanup.ts'],
    ['src/cell/a.ts', '../../bench/run/cpu.ts'],
    ['src/cell/a.ts', '../../tests/world/stage/shop.ts'],
    ['proof/races/a.ts', '../../bench/run/cpu.ts'],
    ['proof/races/a.ts', '../../tests/world/stage/shop.ts'],
    ['bench/over-http/a.ts', '../../tests/world/stage/shop.ts'],
  ])('%s may not import %s', (path, name) => {
    expect(faultsOf(topsImportDown, path, `import { a } from '${name}';`)).toBe(1);
  });

  test.each([
    ['proof/races/a.ts', '../../src/cell/keys.ts'],
    ['proof/races/a.ts', '../fleet/cleanup.ts'],
    ['bench/over-http/a.ts', '../../proof/fleet/cleanup.ts'],
    ['tests/unit/a.test.ts', '../../bench/run/cpu.ts'],
    ['tests/unit/a.test.ts', '../vectors/adapter.ts'],
    ['bench/over-http/a.ts', 'pg'],
  ])('%s may import %s', (path, name) => {
    expect(faultsOf(topsImportDown, path, `import { a } from '${name}';`)).toBe(0);
  });

  const lists = { dependencies: { pg: '8' }, devDependencies: { autocannon: '9' } };
  const use = (path: string, name: string) => ({ path, text: `import { a } from '${name}';` });
  const all = [use('src/platform/a.ts', 'pg'), use('proof/crowd/a.ts', 'autocannon/lib/client')];

  test('packages that src imports are dependencies, and all others are not', () => {
    expect(packageFaults([...all, use('src/a.ts', 'node:fs')], lists)).toEqual([]);
    expect(packageFaults([...all, use('src/a.ts', 'autocannon')], lists)).toEqual([
      'package.json: src imports autocannon, so it must be a dependency',
    ]);
    const { dependencies } = lists;
    const tooMany = { ...lists, dependencies: { ...dependencies, '@fastify/swagger': '9' } };
    const inTests = use('tests/a.test.ts', '@fastify/swagger/b');
    expect(packageFaults([...all, inTests], tooMany)).toEqual([
      'package.json: src does not import @fastify/swagger: no dependency',
    ]);
  });

  test('every imported package is listed', () => {
    expect(packageFaults([...all, use('bench/a.ts', '@types/x')], lists)).toEqual([
      'package.json: @types/x is imported and not listed',
    ]);
  });
});

describe('nothing is imported in a circle', () => {
  test('the shortest circle of files is named once', () => {
    const files = {
      'src/cell/a.ts': ['./b.ts', './d.ts'],
      'src/cell/b.ts': ['./c.ts'],
      'src/cell/c.ts': ['./a.ts', './d.ts'],
      'src/cell/d.ts': [],
    };
    expect(faultsAmong(filesFormNoCircle, files)).toEqual([
      'src/cell/a.ts:1: a circle: src/cell/a.ts → src/cell/b.ts → src/cell/c.ts → src/cell/a.ts',
    ]);
    expect(faultsAmong(filesFormNoCircle, { ...files, 'src/cell/c.ts': ['./d.ts'] })).toEqual([]);
  });

  test('separate circles are all found', () => {
    const pairs = { a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'], e: ['a'] };
    expect(circlesOf(new Map(Object.entries(pairs)))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('rooms of a floor form no circle, even when no file does', () => {
    const files = {
      'src/ledger/books/a.ts': ['../terms/b.ts'],
      'src/ledger/books/c.ts': [],
      'src/ledger/terms/b.ts': [],
      'src/ledger/terms/d.ts': ['../books/c.ts'],
    };
    expect(faultsAmong(filesFormNoCircle, files)).toEqual([]);
    expect(faultsAmong(roomsFormNoCircle, files)).toEqual([
      'src/ledger: rooms in a circle: books → terms → books: ' +
        'src/ledger/books/a.ts → src/ledger/terms/b.ts, ' +
        'src/ledger/terms/d.ts → src/ledger/books/c.ts',
    ]);
    expect(faultsAmong(roomsFormNoCircle, { ...files, 'src/ledger/books/a.ts': [] })).toEqual([]);
  });

  test('nor do rooms in proof and bench, or rooms of rooms', () => {
    const proof = { 'proof/a/x.ts': ['../b/y.ts'], 'proof/b/y.ts': ['../a/z.ts'] };
    expect(faultsAmong(roomsFormNoCircle, { ...proof, 'proof/a/z.ts': [] })).toHaveLength(1);
    const deep = { 'src/cell/a/x/1.ts': ['../y/1.ts'], 'src/cell/a/y/1.ts': ['../x/2.ts'] };
    expect(faultsAmong(roomsFormNoCircle, { ...deep, 'src/cell/a/x/2.ts': [] })).toHaveLength(1);
  });

  test('rooms import the ground of their floor, which imports no room', () => {
    const room = { 'src/http/orders/a.ts': ['../views.ts'], 'src/http/views.ts': [] };
    expect(faultsAmong(roomsFormNoCircle, room)).toEqual([]);
    const ground = { 'src/http/orders/a.ts': [], 'src/http/views.ts': ['./orders/a.ts'] };
    expect(faultsAmong(roomsFormNoCircle, ground)).toEqual([
      'src/http/views.ts:1: ground may not import src/http/orders/a.ts',
    ]);
  });

  test('a file beside the rooms may import them, and they may not import it', () => {
    const door = { 'src/http/app.ts': ['./orders/a.ts'], 'src/http/orders/a.ts': [] };
    expect(faultsAmong(roomsFormNoCircle, door)).toEqual([]);
    const back = { 'src/http/app.ts': [], 'src/http/orders/a.ts': ['../app.ts'] };
    expect(faultsAmong(roomsFormNoCircle, back)).toEqual([
      'src/http/orders/a.ts:1: a room may not import src/http/app.ts',
    ]);
  });

  const lua = (files: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(files).map(([path, names]) => ({
      path,
      text: names.map((name) => `--@include ${name}\n`).join(''),
    }));

  test('Lua libraries include one another in no circle', () => {
    const files = { 'lua/lib/a.lua': ['lib/b'], 'lua/lib/b.lua': ['lib/a'] };
    expect(filesFormNoCircle(lua(files))).toEqual([
      'lua/lib/a.lua:1: a circle: lua/lib/a.lua → lua/lib/b.lua → lua/lib/a.lua',
    ]);
    expect(filesFormNoCircle(lua({ ...files, 'lua/lib/b.lua': [] }))).toEqual([]);
  });

  test('pricing includes the libraries of all scripts, and they do not include pricing', () => {
    const down = { 'lua/sell.lua': ['lib/pricing/a', 'lib/b'], 'lua/lib/pricing/a.lua': ['lib/b'] };
    expect(roomsFormNoCircle(lua({ ...down, 'lua/lib/b.lua': [] }))).toEqual([]);
    const back = { ...down, 'lua/lib/b.lua': ['lib/pricing/c'], 'lua/lib/pricing/c.lua': [] };
    expect(filesFormNoCircle(lua(back))).toEqual([]);
    expect(roomsFormNoCircle(lua(back))).toEqual([
      'lua/lib/b.lua:1: ground may not import lua/lib/pricing/c.lua',
    ]);
  });

  test('floors are not rooms, and have a rule of their own', () => {
    const floors = { 'src/cell/a.ts': ['../ledger/b.ts'], 'src/ledger/b.ts': ['../cell/c.ts'] };
    expect(faultsAmong(roomsFormNoCircle, { ...floors, 'src/cell/c.ts': [] })).toEqual([]);
  });
});

describe('pages stand apart', () => {
  test.each([
    ['web/shop/a.tsx', './b.ts'],
    ['web/shop/a.tsx', '../kit/words/en.ts'],
    ['web/shop/a.tsx', '../../client/index.ts'],
    ['web/kit/parts/a.tsx', '../words/en.ts'],
  ])('%s may import %s', (path, name) => {
    const text = `import { a } from '${name}';`;
    expect(faultsOf(pages.pagesStandAlone, path, text)).toBe(0);
    expect(faultsOf(topsImportDown, path, text)).toBe(0);
  });

  test.each([
    ['web/shop/a.tsx', '../ops/a.ts'],
    ['web/kit/parts/a.tsx', '../../shop/a.ts'],
  ])('%s may not import %s', (path, name) => {
    expect(faultsOf(pages.pagesStandAlone, path, `import { a } from '${name}';`)).toBe(1);
  });

  test.each([
    ['web/shop/a.tsx', '../../src/domain/ids.ts'],
    ['src/http/a.ts', '../../web/kit/words/en.ts'],
    ['client/a.ts', '../web/kit/words/en.ts'],
  ])('%s may not import %s: the tops stand apart', (path, name) => {
    expect(faultsOf(topsImportDown, path, `import { a } from '${name}';`)).toBe(1);
  });

  test.each(['preact', 'preact/hooks', '@preact/signals', 'uplot', 'uplot/dist/uPlot.min.css'])(
    'they may load %s',
    (name) => {
      expect(faultsOf(pages.pagesLoadFewPackages, 'web/a.ts', `import '${name}';`)).toBe(0);
    },
  );

  test.each(['preact/compat', 'axe-core', 'node:fs'])('they may not load %s', (name) => {
    expect(faultsOf(pages.pagesLoadFewPackages, 'web/shop/a.ts', `import '${name}';`)).toBe(1);
  });
});
