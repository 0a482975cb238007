import { describe, expect, test } from 'vitest';
import * as boundaries from '../../tidy/boundaries.ts';
import { faultsOf } from './faults-of.ts';

describe('each thing has one place', () => {
  test.each([
    'const key = `{${sale}.${cell}}:fence`;',
    "const key = '{friday.0}:' + epoch;",
    'const key = `${prefix}:stock`;',
    'const key = tag + ":outbox";',
    'const key = `${tag}:${epoch}:rules`;',
    'const key = `${tag}:${epoch}:pots`;',
    'const key = `${tag}:${epoch}:wallets`;',
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
  ])('only src/platform/config/read-config.ts reads the environment: %s', (text) => {
    expect(faultsOf(boundaries.environmentIsReadOnce, 'src/service/a.ts', text)).toBe(1);
    expect(
      faultsOf(boundaries.environmentIsReadOnce, 'src/platform/config/read-config.ts', text),
    ).toBe(0);
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
    expect(faultsOf(boundaries.testsDoNotSleep, 'tests/world/servers/wait-until.ts', text)).toBe(0);
    expect(faultsOf(boundaries.testsDoNotSleep, 'src/service/a.ts', text)).toBe(0);
  });

  test.each(['test', 'it', 'describe', 'test.each([1])', 'test.concurrent'])(
    'tests all run: none is skipped, singled out or postponed with %s',
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

describe('clocks and connections are wired by processes', () => {
  test.each([
    'const startMs = performance.now();',
    'const nowMs = Date.now();',
    'const at = new Date();',
    'const clock = Date;',
    'const startNs = process.hrtime.bigint();',
    'const signal = AbortSignal.timeout(50);',
    'globalThis.setTimeout(check, 50);',
    'setInterval(check, 50);',
    "const { sleep } = await import('node:timers/promises');",
    "import 'node:perf_hooks';",
  ])('only src/platform/time.ts reads clocks: %s', (text) => {
    const rule = boundaries.timeIsReadInOnePlace;
    expect(faultsOf(rule, 'src/service/a.ts', text)).toBe(1);
    expect(faultsOf(rule, 'src/platform/time.ts', text)).toBe(0);
    expect(faultsOf(rule, 'bench/run/a.ts', text)).toBe(0);
    expect(faultsOf(rule, 'web/shop/a.tsx', text)).toBe(1);
    expect(faultsOf(rule, 'web/kit/time/browser-time.ts', text)).toBe(0);
  });

  test('types and conversions of times read no clock', () => {
    const rule = boundaries.timeIsReadInOnePlace;
    expect(faultsOf(rule, 'src/ledger/a.ts', 'interface Row { readonly at: Date }')).toBe(0);
    expect(faultsOf(rule, 'src/domain/timestamps.ts', 'new Date(ms).toISOString()')).toBe(0);
  });

  test('a process passes on the time of the system, and nothing else takes it', () => {
    const rule = boundaries.systemTimeIsWired;
    const text = "import { systemTime } from '../platform/time.ts';";
    expect(faultsOf(rule, 'src/service/a.ts', text)).toBeGreaterThan(0);
    for (const path of ['src/process/main.ts', 'src/platform/embedded/launch.ts', 'tests/a.ts']) {
      expect(faultsOf(rule, path, text), path).toBe(0);
    }
  });

  test.each(['ioredis', 'bullmq'])('a driver knows %s, and no service', (name) => {
    const text = `import type { Redis } from '${name}';`;
    for (const path of ['src/service/a.ts', 'src/cell/cells/a.ts', 'src/ledger/a.ts']) {
      expect(faultsOf(boundaries.redisIsAPort, path, text), path).toBe(1);
    }
    expect(faultsOf(boundaries.redisIsAPort, 'src/platform/redis.ts', text)).toBe(0);
    expect(faultsOf(boundaries.redisIsAPort, 'src/queue/scheduled-chores.ts', text)).toBe(0);
  });

  test.each([
    'const connections = new CellConnections(redis);',
    "const redis = createRedis(url, { kind: 'hot', onError });",
    'const redis = new Redis(url);',
    'const pool = createPool(url);',
    'const pool = new Pool({ connectionString });',
    'const pool = new pg.Pool({ connectionString });',
  ])('only a process opens connections: %s', (text) => {
    for (const path of ['src/service/a.ts', 'src/queue/a.ts', 'src/cell/connections.ts']) {
      expect(faultsOf(boundaries.connectionsAreWired, path, text), path).toBe(1);
    }
    for (const path of ['src/process/wiring/a.ts', 'src/platform/redis.ts', 'tests/a.ts']) {
      expect(faultsOf(boundaries.connectionsAreWired, path, text), path).toBe(0);
    }
  });
});
