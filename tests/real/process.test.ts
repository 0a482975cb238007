import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../src/platform/embedded/free-port.ts';
import { root, runCommand } from '../world/command.ts';
import { until } from '../world/until.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.dispose());

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

/** Every process whose environment carries a mark, whoever its parent is. */
async function processesWith(mark: string): Promise<string> {
  const search = `grep -lsz '^MARK=${mark}$' /proc/[0-9]*/environ || true`;
  return (await runCommand('sh', ['-c', search], {})).out;
}

test('SIGTERM to npm ends the service and leaves no process', async () => {
  const port = await freePort();
  const mark = `doorbuster-${process.pid}-${port}`;
  const env = {
    ...process.env,
    REDIS_URL: world.redisUrl,
    DATABASE_URL: world.databaseUrl,
    JWT_SECRET: 'a-secret-for-tests-of-32-characters',
    PORT: String(port),
    MARK: mark,
  };
  const npm = spawn('npm', ['start'], { cwd: root, env, stdio: 'ignore' });
  const ended = new Promise((resolve) => npm.on('close', resolve));
  const ready = { describe: 'the service is ready', timeoutMs: 30_000 };
  await until(() => answers(`http://127.0.0.1:${port}/readyz`), ready);
  expect(await processesWith(mark)).not.toBe('');
  npm.kill('SIGTERM');
  await ended;
  const gone = { describe: 'every process of it is gone', timeoutMs: 15_000 };
  await until(async () => (await processesWith(mark)) === '', gone);
});

test('a wrong environment is told as a whole, and ends with 2', async () => {
  const env = { DATABASE_URL: 'mysql://x', JWT_SECRET: 'short', PORT: '70000' };
  const { code, err } = await runCommand('node_modules/.bin/node', ['src/process/main.ts'], env);
  expect(code).toBe(2);
  expect(err.trim().split('\n')).toHaveLength(3);
  expect(err).not.toContain('short');
});

test('a role that does not exist ends with 2 and says which do', async () => {
  const args = ['src/process/main.ts', '--role', 'king'];
  const { code, err } = await runCommand('node_modules/.bin/node', args, {});
  expect(code).toBe(2);
  expect(err).toContain('api, worker, all');
});
