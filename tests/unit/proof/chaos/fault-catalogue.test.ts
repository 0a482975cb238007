import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { faults } from '../../../../proof/chaos/faults/catalogue.ts';

const names = faults.map(({ name }) => name);

test('every fault has a name of its own, in small letters', () => {
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z]+(-[a-z]+)+$/.test(name) && name !== 'promotion')).toEqual(
    [],
  );
});

test('a fault may lose orders only together with a fault of the catalogue', () => {
  const partners = faults.flatMap(({ losesWith = [] }) => losesWith);
  expect(partners.filter((name) => !names.includes(name))).toEqual([]);
  const losing = faults.filter(({ losesWith }) => losesWith).map(({ name }) => name);
  // Redis has lost acknowledged orders, and only a process that dies forgets them as well.
  expect(losing.sort()).toEqual([
    'cut-log',
    'empty-start',
    'flush-all',
    'older-copy',
    'promotion',
    'split-promotion',
  ]);
  expect([...new Set(partners)].sort()).toEqual(['kill-api', 'kill-apis']);
});

test.each(['redis', 'postgres'])('the ways to %s fail in every way, for each role', (server) => {
  for (const failure of ['half-open', 'cut', 'refuse', 'drop', 'slow']) {
    for (const role of ['api', 'worker', 'all']) {
      expect(names).toContain(`${failure}-${role}-${server}`);
    }
  }
});

test.each([3_600_000, -3_600_000])('a shifted clock tells a time %i ms off', async (ms) => {
  const module = new URL('../../../../proof/chaos/world/shift-clock.ts', import.meta.url).href;
  const script = 'console.log(Date.now(), +new Date(), +new Date(5), Date.UTC(1970, 0))';
  const args = ['--import', `${module}?ms=${ms}`, '-e', script];
  const before = Date.now();
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [now, today, fixed, epoch] = stdout.trim().split(' ').map(Number);
  for (const told of [now!, today!]) {
    expect(told - ms).toBeGreaterThanOrEqual(before);
    expect(told - ms).toBeLessThanOrEqual(Date.now());
  }
  expect([fixed, epoch]).toEqual([5, 0]);
});
