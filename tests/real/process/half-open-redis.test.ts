import { afterEach, beforeEach, expect, test } from 'vitest';
import { offer } from '../../../proof/builders/offers.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { wireWorker } from '../../../src/process/wiring/wire-worker.ts';
import type { WorkerSide } from '../../../src/process/wiring/wire-worker.ts';
import { Receiver } from '../../world/servers/webhook-receiver.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { lapse } from '../../world/stage/life.ts';
import { PayShop } from '../../world/stage/pay-shop.ts';
import { ignore, wireOptions } from '../../world/stage/shop.ts';
import { deliveries, listen, startSending } from '../../world/stage/webhooks.ts';

const HALF_OPEN_MS = 900;
/** Longer than any time-out of a socket. */
const PATIENCE = { timeoutMs: 30_000 };

let stage: PayShop;
let world: World;
let proxy: TcpProxy;
/** The way to Redis over the proxy. */
let redisUrl: string;
let late: string[];
/** What ends the parts that a test has started. */
let stops: (() => Promise<unknown>)[];

withStage(
  'test',
  (itsWorld) => PayShop.open(itsWorld, [offer('a', { priceMinor: 990 })]),
  (made, itsWorld) => {
    stage = made;
    world = itsWorld;
  },
);
beforeEach(async () => {
  const { hostname, port } = new URL(world.redisUrl);
  proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
  redisUrl = `redis://127.0.0.1:${proxy.port}`;
  [late, stops] = [[], [() => proxy.stop()]];
});
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** Starts the worker's settler and chores, with the proxy between it and Redis. */
async function startWorker(): Promise<WorkerSide> {
  const observer = { ...ignore, onError: () => {}, onChoreLate: (name: string) => late.push(name) };
  const { provider } = stage;
  const side = await wireWorker(wireOptions({ ...world, redisUrl }, { provider, observer }));
  stops.push(() => side.finish().then(() => side.close()));
  side.settler.start();
  side.chores.start();
  return side;
}

const reaches = (order: string, state: string) =>
  until(async () => (await stage.orderState(order)) === state, {
    describe: `${order} is ${state}`,
    ...PATIENCE,
  });

/** Places an order and authorises its payment, so that a capture is due. */
async function authorize(): Promise<string> {
  const order = await stage.order('payer');
  const started = await stage.start(order, { shopper: 'payer' });
  if ('code' in started) throw new Error(started.code);
  await stage.visit(started.view.url);
  await stage.heard(1);
  return order;
}

test('holds expire and captures are made after a worker lost Redis to silence', async () => {
  const side = await startWorker();
  const before = await stage.order('early');
  await lapse(stage.shop, [before]);
  await reaches(before, 'expired');
  await proxy.halfOpen(HALF_OPEN_MS);
  const unpaid = await stage.order('late');
  await lapse(stage.shop, [unpaid]);
  const paid = await authorize();
  await Promise.all([reaches(unpaid, 'expired'), reaches(paid, 'paid')]);
  expect([late, side.chores.late()]).toEqual([[], []]);
});

test('webhooks are delivered after a worker lost Redis to silence', async () => {
  const receiver = await Receiver.start();
  stops.push(() => receiver.stop());
  const { sale, worker } = stage.shop;
  await listen(worker.pool, sale, receiver.url);
  const sending = startSending({ ...world, redisUrl }, worker.pool);
  stops.push(() => sending.stop());
  const areDone = (count: number) =>
    until(async () => (await deliveries(worker.pool, sale, 'done')).length === count, {
      describe: `${count} are delivered`,
      ...PATIENCE,
    });
  await stage.order('early');
  await areDone(1);
  await proxy.halfOpen(HALF_OPEN_MS);
  for (let i = 0; i < 5; i++) await stage.order(`late${i}`);
  await areDone(6);
  expect(receiver.names).toHaveLength(6);
});
