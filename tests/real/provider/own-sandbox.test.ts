import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort } from '../../../src/platform/embedded/free-port.ts';
import { ensureLocalServers, readLocalEnv } from '../../../src/platform/embedded/local-servers.ts';
import { isRunning } from '../../../src/platform/embedded/processes.ts';
import { ownSandbox, sendEventsTo } from '../../../src/process/start-own-sandbox.ts';
import type { PaymentProvider } from '../../../src/provider/payment-provider.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { sandboxProvider } from '../../../src/provider/sandbox-provider.ts';
import { root as repository, runCommand } from '../../world/servers/command.ts';
import { receiveEvents } from '../../world/servers/event-receiver.ts';
import { makeAt } from '../../world/stage/payments.ts';
import { until } from '../../world/servers/wait-until.ts';

const NOWHERE = 'http://127.0.0.1:1/v1/payment-events';
const secret = `whsec_${Buffer.alloc(32, 'sandbox').toString('base64')}`;
const program = 'src/process/sandbox.ts';

const answers = (url: string) =>
  fetch(`${url}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );

describe('npm run sandbox', () => {
  test('prints its own URL and that of its events, and ends on request', async () => {
    const port = await freePort();
    const args = [program, '--port', String(port), '--behaviour', '{"delayMs":1}'];
    const env = { ...process.env, PAYMENT_EVENT_SECRETS: secret, PORT: '8081' };
    const child = spawn('node_modules/.bin/node', args, { cwd: repository, env });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const url = `http://127.0.0.1:${port}`;
    const events = 'http://127.0.0.1:8081/v1/payment-events';
    expect(line.toString()).toBe(`sandbox at ${url}, events to ${events}\n`);
    expect(await answers(url)).toBe(true);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test.each([[['--port', '0x1']], [['--behaviour', '{"mood":1}']], [['--behaviour', '{']]])(
    'exits with 2 on %j and says what is wrong',
    async (args) => {
      const env = { PAYMENT_EVENT_SECRETS: secret };
      const { code, err } = await runCommand('node_modules/.bin/node', [program, ...args], env);
      expect(code).toBe(2);
      expect(err).toContain('It must be');
    },
  );
});

describe.runIf(inject('infra').kind === 'local')('a sandbox beside embedded servers', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'doorbuster-sandbox-'));
    await chmod(root, 0o755);
  });

  afterAll(() => rm(root, { recursive: true, force: true }));

  test('is shared, found by commands, and keeps its secret between starts', async () => {
    const options = { root, sandbox: ownSandbox(() => NOWHERE) };
    const first = await ensureLocalServers(options);
    const second = await ensureLocalServers(options);
    expect(second.sandbox).toEqual(first.sandbox);
    expect(readLocalEnv(root)?.sandbox).toEqual(first.sandbox);
    expect((await stat(join(root, '.doorbuster/env'))).mode & 0o777).toBe(0o600);
    await second.stop();
    expect(await answers(String(first.sandbox?.url))).toBe(true);
    await first.stop();
    expect(await answers(String(first.sandbox?.url))).toBe(false);

    const later = await ensureLocalServers(options);
    expect(later.sandbox?.secret).toBe(first.sandbox?.secret);
    expect(await readFile(join(root, '.doorbuster/data/sandbox/sandbox.log'), 'utf8')).not.toMatch(
      'whsec_',
    );
    await later.stop();
  });

  test('signs with that secret and sends to the address where the api listens', async () => {
    const local = await ensureLocalServers({ root, sandbox: ownSandbox(() => NOWHERE) });
    const { url, secret: own } = local.sandbox!;
    const provider: PaymentProvider = sandboxProvider({ time: systemTime, url, secrets: [own] });
    const receiver = await receiveEvents(() => provider.verify);
    await sendEventsTo(url, receiver.url);
    const made = { id: 's_0_x_p1', order: 's_0_x', amountMinor: 1, currency: 'CNY' };
    const { ref } = await makeAt(provider, made);
    await fetch(`${url}/payments/${ref}/pay`, { method: 'POST' });
    await until(() => receiver.events.length === 1, { describe: 'the event has come' });
    expect(receiver.events).toMatchObject([{ kind: 'authorized', ref }]);
    await Promise.all([receiver.close(), local.stop()]);
  });

  test('ends with the process that started it, even when that is killed', async () => {
    const module = new URL('../../../src/process/start-own-sandbox.ts', import.meta.url).href;
    const folder = JSON.stringify(join(root, 'killed'));
    const code = `
      const { ownSandbox } = await import(${JSON.stringify(module)});
      const { url } = await ownSandbox(() => '${NOWHERE}').start(${folder}, '${secret}');
      console.log((await (await fetch(url + '/healthz')).json()).pid);
      process.stdin.resume();`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', code]);
    const [chunk] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(chunk);
    expect(isRunning(pid)).toBe(true);
    owner.kill('SIGKILL');
    await until(() => !isRunning(pid), { describe: 'the sandbox has ended' });
  });
});
