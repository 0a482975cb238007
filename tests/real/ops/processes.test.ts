import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { offerBody, saleBody } from '../../../proof/builders/sale-files.ts';
import { JWT_SECRET, bearer } from '../../../proof/builders/secrets.ts';
import { SaleAdmin } from '../../../proof/fleet/sale-admin.ts';
import { startService } from '../../../proof/fleet/service-process.ts';
import type { ServiceProcess } from '../../../proof/fleet/service-process.ts';
import type { SecurityNoteView, ProcessesView } from '../../../src/service/ops/processes.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

let world: World;
let folder: string;
let api: ServiceProcess;
let worker: ServiceProcess;

const SALE = {
  sale: { id: 'rush', ...saleBody() },
  offers: [{ id: 'mug', ...offerBody({ cap: 100_000, lane: 'flash' }) }],
};
const OPERATOR = { authorization: bearer({ sub: 'olaf', role: 'operator' }) };
const SHOWN = { describe: 'the figures show it', timeoutMs: 30_000 };

withWorld('file', (made) => (world = made));
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorbuster-desk-'));
  const { redisUrl, databaseUrl } = world;
  const settings = { redisUrl, databaseUrl, jwtSecret: JWT_SECRET };
  api = await startService('api', settings, join(folder, 'api.log'));
  worker = await startService('worker', settings, join(folder, 'worker.log'));
  await new SaleAdmin(api.url, JWT_SECRET).open(SALE);
});
afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function read<View>(path: string): Promise<View> {
  const answer = await fetch(`${api.url}${path}`, { headers: OPERATOR });
  return (await answer.json()) as View;
}

let buyers = 0;

async function buy(): Promise<void> {
  const sub = `shopper-${++buyers}`;
  await fetch(`${api.url}/v1/sales/${SALE.sale.id}/orders`, {
    method: 'POST',
    headers: {
      authorization: bearer({ sub, role: 'shopper' }),
      'content-type': 'application/json',
      'idempotency-key': sub,
    },
    body: JSON.stringify({ lines: [{ offer: 'mug', quantity: 1 }] }),
  });
}

/** Buys until the processes say what a test waits for. */
const whileBuying = (isShown: (view: ProcessesView) => boolean): Promise<ProcessesView> =>
  until(async () => {
    await buy();
    const view = await read<ProcessesView>('/v1/ops/processes');
    return isShown(view) && view;
  }, SHOWN);

test('an api says how it sells, and a worker how it settles and how Redis does', async () => {
  const { items, together } = await whileBuying((view) => {
    const isRedisSeen = view.items.some(({ figures }) => figures?.redis);
    return view.together.perSecond.placed > 0 && view.together.settledPerSecond > 0 && isRedisSeen;
  });
  expect(items.map(({ role }) => role)).toEqual(['api', 'worker']);
  for (const { name, release, since, figures } of items) {
    expect(name).toMatch(/^(api|worker) .+:\d+$/);
    expect(release).toMatch(/^\d+\.\d+\.\d+$/);
    expect(since).toMatch(/^20\d\d-/);
    expect(figures!.rssBytes).toBeGreaterThan(10_000_000);
    expect(figures!.cpuShare).toBeGreaterThan(0);
  }
  const [ofApi, ofWorker] = items.map((one) => one.figures!);
  expect(ofApi).toMatchObject({ worked: null, redis: null });
  expect(ofApi!.asked!.orderP99Ms).toBeGreaterThan(0);
  expect(ofApi!.asked!.ordersPerCall).toBeGreaterThanOrEqual(1);
  expect(ofApi!.asked!.lagEntries).not.toBeNull();
  expect(ofWorker!.asked).toBeNull();
  expect(ofWorker!.worked!.settledPerSecond).toBe(together.settledPerSecond);
  expect(ofWorker!.redis!.usedBytes).toBeGreaterThan(100_000);
});

test('a request that was turned away is a security event without a name', async () => {
  const headers = { authorization: bearer({ sub: 'mallory', role: 'shopper' }) };
  const refused = await fetch(`${api.url}/v1/ops/processes`, { headers });
  expect(refused.status).toBe(403);
  const { items } = await until(async () => {
    const view = await read<{ items: SecurityNoteView[] }>('/v1/ops/security-events');
    return view.items.length > 0 && view;
  }, SHOWN);
  expect(items).toMatchObject([
    {
      event: 'denied',
      route: 'GET /v1/ops/processes',
      process: expect.stringMatching(/^api /),
      person: expect.stringMatching(/^[\da-f]{12}$/),
      leftOut: 0,
    },
  ]);
  expect(JSON.stringify(items)).not.toMatch(/mallory|127\.0\.0\.1/);
});

test('a process that has stopped is not shown any more', async () => {
  await worker.stop();
  const { items } = await until(async () => {
    const view = await read<ProcessesView>('/v1/ops/processes');
    return view.items.length === 1 && view;
  }, SHOWN);
  expect(items[0]!.role).toBe('api');
});
