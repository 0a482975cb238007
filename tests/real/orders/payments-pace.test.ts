import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Redis } from 'ioredis';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import type {
  CallAnswer,
  PaymentProvider,
  ProviderCall,
} from '../../../src/provider/payment-provider.ts';
import { Chores } from '../../../src/queue/scheduled-chores.ts';
import { expireUnpaidOrders } from '../../../src/service/orders/expire-loop.ts';
import { lapse } from '../../world/stage/life.ts';
import { PayShop } from '../../world/stage/pay-shop.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const SOON_MS = 20;
const SLOW_MS = 60_000;

let world: World;
let stage: PayShop;
let queue: Redis;

withStage(
  'test',
  (world) => PayShop.open(world, [offer('a', { priceMinor: 990 })]),
  (made, itsWorld) => {
    stage = made;
    world = itsWorld;
  },
);
beforeEach(async () => {
  queue = createRedis(world.redisUrl, { kind: 'queue', onError: () => {} });
  await whenReady(queue);
});
afterEach(async () => {
  queue.disconnect();
});

const newShopper = () => `u${randomBytes(6).toString('hex')}`;

/** Places an order and authorises its payment, so that a capture is due. */
async function authorized(): Promise<string> {
  const shopper = newShopper();
  const order = await stage.order(shopper);
  const started = await stage.start(order, { shopper });
  if ('code' in started) throw new Error(started.code);
  const heard = stage.outcomes.length + 1;
  await stage.visit(started.view.url);
  await stage.heard(heard);
  return order;
}

const isPaid = (order: string) => async () => (await stage.orderState(order)) === 'paid';

/** A provider that holds the capture of one order until told to let it go. */
function holding(order: string) {
  const held = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = (act: (call: ProviderCall) => Promise<CallAnswer>) => async (call: ProviderCall) => {
    if (!call.key.startsWith(order)) return act(call);
    begun.resolve();
    await held.promise;
    return act(call);
  };
  const { provider } = stage;
  const wrapped: PaymentProvider = { ...provider, capture: slow(provider.capture) };
  return { provider: wrapped, begun: begun.promise, letGo: () => held.resolve() };
}

test('a slow call does not delay calls that become due later', async () => {
  const first = await authorized();
  const { provider, begun, letGo } = holding(first);
  const working = stage.makeProviderCalls(provider);
  await begun;
  const second = await authorized();
  await until(isPaid(second), { describe: 'the second is paid' });
  expect(await stage.orderState(first)).toBe('reserved');
  letGo();
  expect(await working).toBe(2);
  expect(await stage.orderState(first)).toBe('paid');
});

test('one run makes more than 32 calls, at most 32 at once', async () => {
  for (let n = 0; n < 40; n++) await authorized();
  let [underWay, most] = [0, 0];
  const counting: PaymentProvider = {
    ...stage.provider,
    capture: async (call) => {
      most = Math.max(most, ++underWay);
      return stage.provider.capture(call).finally(() => underWay--);
    },
  };
  expect(await stage.makeProviderCalls(counting)).toBe(40);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(32);
});

test('a run that is told to end begins no call and waits for those under way', async () => {
  const first = await authorized();
  const { provider, begun, letGo } = holding(first);
  const stopping = new AbortController();
  const working = stage.makeProviderCalls(provider, { signal: stopping.signal });
  await begun;
  stopping.abort();
  const second = await authorized();
  letGo();
  expect(await working).toBe(1);
  expect([await stage.orderState(first), await stage.orderState(second)]).toEqual([
    'paid',
    'reserved',
  ]);
});

test('a run that fails goes on and is not late until the calls under way are noted', async () => {
  const order = await authorized();
  const { provider, begun, letGo } = holding(order);
  let progress = 0;
  const working = stage.makeProviderCalls(provider, { onProgress: () => progress++ });
  const ended = expect(working).rejects.toThrow('does not exist');
  await begun;
  const { pool } = stage.shop.worker;
  await pool.query('alter table provider_calls rename to hidden');
  const before = progress;
  // One look may have been under way.
  await until(() => progress > before + 5, { describe: 'the failed run makes progress' });
  await pool.query('alter table hidden rename to provider_calls');
  letGo();
  await ended;
  expect(await stage.orderState(order)).toBe('paid');
});

/** Starts the worker’s two chores as the process wires them. */
function startChores(): Chores {
  const { worker } = stage.shop;
  const chores: Chores = new Chores({
    connection: queue,
    time: worker.time,
    chores: [
      {
        name: 'provider-calls',
        everyMs: SOON_MS,
        run: (signal) => stage.makeProviderCalls(stage.provider, { signal }),
      },
      {
        name: 'expire',
        everyMs: SOON_MS,
        run: (signal) => expireUnpaidOrders({ ...worker, onCallsDue: () => {}, signal }),
      },
    ],
    onRan: async () => {},
    onError: (error) => console.error(error),
    onLate: () => {},
    onBack: () => {},
  });
  chores.start();
  return chores;
}

test('orders go on expiring while the provider is slow', async () => {
  await authorized();
  stage.sandbox.behave({ slowMs: SLOW_MS });
  const chores = startChores();
  const tries = () => stage.one<number>('select max(tries) from provider_calls');
  await until(async () => (await tries()) === 1, { describe: 'the provider is being asked' });
  for (let n = 0; n < 3; n++) {
    const order = await stage.order(newShopper());
    await lapse(stage.shop, [order]);
    const isExpired = async () => (await stage.orderState(order)) === 'expired';
    await until(isExpired, { describe: 'it has expired' });
  }
  expect(await tries()).toBe(1);
  await stage.sandbox.close();
  await chores.close();
});

test('calls that came due meanwhile are made when the provider comes back', async () => {
  const order = await authorized();
  stage.sandbox.behave({ down: true });
  const chores = startChores();
  const errors = () => stage.one<number>('select count(error)::int from provider_calls');
  await until(async () => (await errors()) === 1, { describe: 'it was asked in vain' });
  expect(await stage.orderState(order)).toBe('reserved');
  stage.sandbox.behave({});
  await until(isPaid(order), { describe: 'it is paid' });
  await chores.close();
});
