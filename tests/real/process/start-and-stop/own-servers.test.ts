import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { isRunning, signal } from '../../../../src/platform/embedded/processes.ts';
import { readLocalEnv } from '../../../../src/platform/embedded/local-servers.ts';
import { offerBody, saleBody } from '../../../../proof/builders/sale-files.ts';
import { JWT_SECRET, bearer } from '../../../../proof/builders/secrets.ts';
import { SaleAdmin } from '../../../../proof/fleet/sale-admin.ts';
import { makeWorkingCopy } from '../../../world/programs/working-copy.ts';
import type { WorkingCopy } from '../../../world/programs/working-copy.ts';
import { ServiceRun } from '../../../world/servers/service-run.ts';
import { until } from '../../../world/servers/wait-until.ts';

describe.runIf(inject('infra').kind === 'local')('the servers of npm start', () => {
  let made: WorkingCopy;
  /** Its folder. */
  let copy: string;
  const runs: ServiceRun[] = [];

  beforeEach(() => {
    made = makeWorkingCopy();
    copy = made.folder;
  });
  afterEach(async () => {
    for (const run of runs) run.signal('SIGTERM');
    await Promise.all(runs.splice(0).map((run) => run.ended));
    made.remove();
  });

  function start(...args: string[]): ServiceRun {
    const none = { REDIS_URL: '', DATABASE_URL: '', JWT_SECRET };
    const run = new ServiceRun(args, none, copy);
    runs.push(run);
    return run;
  }

  const redisPid = () => pidIn('redis/redis.pid');
  const postgresPid = () => pidIn('postgres/data/postmaster.pid');
  function pidIn(file: string): number {
    return Number.parseInt(readFileSync(join(copy, '.doorbuster/data', file), 'utf8'), 10);
  }

  const sale = {
    sale: { id: 'small-drop', ...saleBody({ name: 'Small drop' }) },
    offers: [{ id: 'mug', ...offerBody({ title: 'Mug', cap: 50, lane: 'flash' }) }],
  };

  /** Buys one unit and waits until it is settled: both servers take part. */
  async function buy(url: string, key: string): Promise<boolean> {
    const answer = await fetch(`${url}/v1/sales/small-drop/orders`, {
      method: 'POST',
      headers: {
        authorization: bearer({ sub: key, role: 'shopper' }),
        'content-type': 'application/json',
        'idempotency-key': `the-purchase-of-${key}`,
        prefer: 'wait=2',
      },
      body: JSON.stringify({ lines: [{ offer: 'mug', quantity: 1 }] }),
    });
    const order = (await answer.json()) as { settled?: boolean };
    return order.settled === true;
  }
  const sells = (url: string, shopper: string) =>
    until(() => buy(url, shopper), { describe: `${shopper} has an order`, timeoutMs: 40_000 });

  test('are started again when they are killed, and it sells again', async () => {
    const service = start();
    const url = await service.url();
    const admin = new SaleAdmin(url, JWT_SECRET);
    await admin.open(sale);
    await sells(url, 'first');
    signal(redisPid(), 'SIGKILL');
    await service.said(/our own Redis runs again/);
    await sells(url, 'second');
    signal(postgresPid(), 'SIGKILL');
    await service.said(/our own Postgres runs again/);
    await sells(url, 'third');
    const { url: sandbox } = readLocalEnv(copy)!.sandbox!;
    const { pid } = (await (await fetch(`${sandbox}/healthz`)).json()) as { pid: number };
    signal(pid, 'SIGKILL');
    await service.said(/our own sandbox runs again/);
    expect((await fetch(`${sandbox}/healthz`)).ok).toBe(true);
    expect((await admin.audit('small-drop')).brokenPromises).toEqual([]);
  });

  test('send payment events to a process that runs, also when a second one has ended', async () => {
    const first = start();
    const firstUrl = await first.url();
    const { url: sandbox } = readLocalEnv(copy)!.sandbox!;
    const eventsUrl = async () =>
      ((await (await fetch(`${sandbox}/events-url`)).json()) as { url: string }).url;
    const eventsGoTo = (url: string) => {
      const own = `:${new URL(url).port}/v1/payment-events`;
      return until(async () => (await eventsUrl()).endsWith(own), {
        describe: `the sandbox sends its events to ${own}`,
        timeoutMs: 20_000,
      });
    };
    await eventsGoTo(firstUrl);
    const second = start();
    await eventsGoTo(await second.url());
    second.signal('SIGTERM');
    expect(await second.ended).toMatchObject({ code: 0 });
    await eventsGoTo(firstUrl);
  });

  test('go on for a second process when the first one ends, and end with the last', async () => {
    const first = start();
    await new SaleAdmin(await first.url(), JWT_SECRET).open(sale);
    const second = start();
    const url = await second.url();
    await sells(url, 'first');
    first.signal('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
    await second.said(/our own Redis runs again/);
    await second.said(/our own Postgres runs again/);
    await sells(url, 'second');
    const pids = [redisPid(), postgresPid()];
    expect(pids.map(isRunning)).toEqual([true, true]);
    second.signal('SIGTERM');
    expect(await second.ended).toMatchObject({ code: 0 });
    expect(pids.map(isRunning)).toEqual([false, false]);
    expect(existsSync(join(copy, '.doorbuster/servers.lock'))).toBe(false);
  });
});
