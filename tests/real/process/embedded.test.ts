import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureLocalServers, readLocalEnv } from '../../../src/platform/embedded/local-servers.ts';
import { startPostgres } from '../../../src/platform/embedded/postgres-server.ts';
import { isRunning } from '../../../src/platform/embedded/processes.ts';
import { startRedis } from '../../../src/platform/embedded/redis-server.ts';
import { until } from '../../world/servers/wait-until.ts';

const embedded = '../../../src/platform/embedded';

describe.runIf(inject('infra').kind === 'local')('embedded servers', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'doorbuster-embedded-'));
    await chmod(root, 0o755);
  });

  afterAll(() => rm(root, { recursive: true, force: true }));

  test.each([
    ['Redis', 'redis-server.ts', 'startRedis'],
    ['Postgres', 'postgres-server.ts', 'startPostgres'],
  ])('%s ends with the process that started it, even when that is killed', async (...row) => {
    const [product, file, start] = row;
    const module = new URL(`${embedded}/${file}`, import.meta.url).href;
    const code = `
      const { ${start} } = await import(${JSON.stringify(module)});
      const server = await ${start}({ dir: ${JSON.stringify(join(root, `killed-${product}`))} });
      console.log(server.pid);
      process.stdin.resume();`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', code]);
    const pid = await new Promise<number>((resolve) => {
      owner.stdout.once('data', (chunk) => resolve(Number(chunk)));
    });
    expect(isRunning(pid)).toBe(true);
    owner.kill('SIGKILL');
    await until(() => !isRunning(pid), { describe: `${product} has ended` });
  });

  test.each([
    ['Redis', startRedis],
    ['Postgres', startPostgres],
  ])('a %s left over in a folder gives way to the next', async (product, start) => {
    const dir = join(root, `leftover-${product}`);
    const leftover = await start({ dir });
    const next = await start({ dir });
    expect(isRunning(leftover.pid)).toBe(false);
    expect(isRunning(next.pid)).toBe(true);
    await next.stop();
    expect(isRunning(next.pid)).toBe(false);
  });

  test('a folder may have a path too long for a socket', async () => {
    const server = await startPostgres({ dir: join(root, 'long'.repeat(30)) });
    const folder = new URL(server.url).searchParams.get('host') ?? '';
    expect(folder.startsWith(root)).toBe(false);
    await server.stop();
    await rm(folder, { recursive: true });
  });

  test('two processes of a working copy share its servers and its secret', async () => {
    const [first, second] = await Promise.all([
      ensureLocalServers({ root }),
      ensureLocalServers({ root }),
    ]);
    const { redisUrl, databaseUrl, jwtSecret } = first;
    expect(second).toMatchObject({ redisUrl, databaseUrl, jwtSecret });
    expect(readLocalEnv(root)).toEqual({ redisUrl, databaseUrl, jwtSecret });
    expect((await stat(join(root, '.doorbuster/env'))).mode & 0o777).toBe(0o600);
    await Promise.all([first.stop(), second.stop()]);

    const later = await ensureLocalServers({ root });
    expect(later.jwtSecret).toBe(jwtSecret);
    await later.stop();
  });
});
