import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../../src/platform/embedded/free-port.ts';
import { startService } from '../../../proof/fleet/service-process.ts';
import { SaleAdmin } from '../../../proof/fleet/sale-admin.ts';
import { root, runCommand } from '../../world/servers/command.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { JWT_SECRET, TOKEN_SETTINGS, bearer } from '../../../proof/builders/secrets.ts';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';

let world: World;
withWorld('file', (made) => (world = made));

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

/** Every process whose environment carries a mark, under any parent. */
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
    JWT_SECRET,
    ...TOKEN_SETTINGS,
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

const smallSale = {
  sale: { id: 'small-drop', ...saleBody({ name: 'Small drop' }) },
  offers: [{ id: 'mug', ...offerBody({ title: 'Mug', cap: 5, lane: 'flash' }) }],
};

/** Buys one unit; the api answers once the order is settled, after ten seconds at most. */
function buyer(url: string) {
  const orders = `${url}/v1/sales/${smallSale.sale.id}/orders`;
  const claims = { sub: 'shopper-1', role: 'shopper' } as const;
  const authorization = bearer(claims);
  const body = JSON.stringify({ lines: [{ offer: 'mug', quantity: 1 }] });
  const wanted = { prefer: 'wait=10', 'idempotency-key': 'the-only-purchase-0001' };
  const headers = { authorization, 'content-type': 'application/json', ...wanted };
  const hasOrder = async () => {
    const answer = await fetch(orders, { headers: { authorization } });
    return (await answer.text()).includes('mug');
  };
  return { buy: () => fetch(orders, { method: 'POST', headers, body }), hasOrder };
}

test('an api told to end still answers callers who wait for settlement', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const servers = { REDIS_URL: world.redisUrl, DATABASE_URL: world.databaseUrl };
  const env = { ...process.env, ...servers, JWT_SECRET, ...TOKEN_SETTINGS, PORT: String(port) };
  const args = ['src/process/main.ts', '--role', 'api'];
  const api = spawn('node_modules/.bin/node', args, { cwd: root, env, stdio: 'ignore' });
  const ended = new Promise((resolve) => api.on('close', resolve));
  try {
    const ready = { describe: 'the api is ready', timeoutMs: 30_000 };
    await until(() => answers(`${url}/readyz`), ready);
    await new SaleAdmin(url, JWT_SECRET).open(smallSale);
    const { buy, hasOrder } = buyer(url);
    let isAnswered = false;
    const bought = buy().finally(() => (isAnswered = true));
    await until(hasOrder, { describe: 'the cell has sold' });
    expect(isAnswered).toBe(false);
    const startMs = performance.now();
    api.kill('SIGTERM');
    expect((await bought).status).toBe(201);
    expect(await ended).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(8_000);
  } finally {
    api.kill('SIGKILL');
  }
});

test('secrets reach a process of the service unchanged and not on its command line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doorbuster-process-'));
  const jwtSecret = `it's "a" $(secret) \\ for tests of \`32\` characters`;
  const { redisUrl, databaseUrl } = world;
  const settings = { redisUrl, databaseUrl, jwtSecret };
  const api = await startService('api', settings, join(folder, 'api.log'));
  try {
    await new SaleAdmin(api.url, jwtSecret).open({
      ...smallSale,
      sale: { ...smallSale.sale, id: 's' },
    });
    const commandLine = await readFile(`/proc/${api.pid}/cmdline`, 'utf8');
    expect(commandLine).toContain('main.ts');
    expect(commandLine).not.toMatch(/secret|postgres|redis/);
  } finally {
    await api.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('all faults of an environment are reported at once, with exit code 2', async () => {
  const servers = { REDIS_URL: 'redis://x', DATABASE_URL: 'mysql://x' };
  const env = { ...servers, ...TOKEN_SETTINGS, JWT_SECRET: 'short', PORT: '70000' };
  const { code, err } = await runCommand('node_modules/.bin/node', ['src/process/main.ts'], env);
  expect(code).toBe(2);
  expect(err.trim().split('\n')).toHaveLength(3);
  expect(err).not.toContain('short');
});

test('an unknown role exits with 2 and names the known roles', async () => {
  const args = ['src/process/main.ts', '--role', 'king'];
  const { code, err } = await runCommand('node_modules/.bin/node', args, {});
  expect(code).toBe(2);
  expect(err).toContain('api, worker, all');
});
