import { expect, test } from 'vitest';
import { KILLS, KILL_KINDS } from '../../../proof/demo/kill-kinds.ts';
import { readOptions } from '../../../proof/demo/options.ts';
import { runCommand } from '../../world/servers/command.ts';

const read = (...words: string[]) => readOptions(['node', 'demo', ...words]);
const demo = (...words: string[]) =>
  runCommand(process.execPath, ['proof/demo/main.ts', ...words], {});

const onOwnRedis = KILLS.filter((kill) => KILL_KINDS[kill].needsOwnRedis);

test.each(onOwnRedis)('--kill %s is refused on external servers, in one line', async (kill) => {
  const { code, out, err } = await demo('--external', '--kill', kill);
  const line = `error: --kill ${kill} would strike a Redis that the demo did not start.`;
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: `${line}\n(--help shows how)\n` });
});

test('processes of the service may be killed on external servers', () => {
  expect(read('--external', '--kill', 'worker')).toMatchObject({ external: true, kill: 'worker' });
});

test('an unknown kind of kill is refused, and the help describes every kind', async () => {
  expect(await demo('--kill', 'postgres')).toMatchObject({ code: 2, out: '' });
  const { code, out } = await demo('--help');
  expect(code).toBe(0);
  for (const kill of KILLS) expect(out).toContain(`  ${kill} `);
});

test('without a kill the seed is always the same', () => {
  expect(read().seed).toBe(read().seed);
});

test('a kill draws its seed at random, and takes the one it is given', () => {
  const seeds = Array.from({ length: 5 }, () => read('--kill', 'power').seed);
  expect(new Set(seeds).size).toBeGreaterThan(1);
  expect(read('--kill', 'power', '--seed', '7').seed).toBe(7);
});
