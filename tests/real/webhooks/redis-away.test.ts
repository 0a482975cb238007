import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { cart } from '../../../proof/builders/entries.ts';
import { TcpProxy } from '../../../proof/fleet/tcp-proxy.ts';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { systemTime } from '../../../src/platform/time.ts';
import type { Time } from '../../../src/platform/time.ts';
import { WebhookQueues } from '../../../src/queue/webhook-queues.ts';
import { until } from '../../world/servers/wait-until.ts';
import { Receiver } from '../../world/servers/webhook-receiver.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { QUICK, listen } from '../../world/stage/webhooks.ts';

let world: World;
let sale: LedgerSale;
let proxy: TcpProxy;
let receiver: Receiver;
/** Makes jobs, over the proxy. */
let redis: Redis;
let connection: Redis;

withStage('test', LedgerSale.create, (made, itsWorld) => {
  sale = made;
  world = itsWorld;
});
beforeEach(async () => {
  await sale.open();
  const { hostname, port } = new URL(world.redisUrl);
  proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
  receiver = await Receiver.start();
  const onError = () => {};
  redis = createRedis(`redis://127.0.0.1:${proxy.port}`, { kind: 'steady', onError });
  connection = createRedis(world.redisUrl, { kind: 'queue', onError });
  await Promise.all([whenReady(redis), whenReady(connection)]);
});
afterEach(async () => {
  for (const one of [redis, connection]) one.disconnect();
  await receiver.stop();
  await proxy.stop();
});

test('while Redis is away no delivery waits for it, and once it is back they go on', async () => {
  await listen(sale.pool, sale.id, receiver.url);
  await sale.settle({ orders: [cart({ shopper: 'u1' })] });
  proxy.refuse(true);
  proxy.cut();
  await until(() => redis.status !== 'ready', { describe: 'the connection is cut' });
  let feed: () => Promise<unknown> = async () => {};
  const time: Time = {
    ...systemTime,
    repeat: (task) => {
      feed = task;
      return { stop: async () => {} };
    },
  };
  const errors: string[] = [];
  const queues = new WebhookQueues({
    pool: sale.pool,
    time,
    redis,
    connection,
    terms: QUICK,
    allowPrivate: true,
    onDelivered: () => {},
    onError: ({ message }) => errors.push(message),
  });
  queues.start();
  await feed();
  expect(errors).toEqual([]);
  proxy.refuse(false);
  await whenReady(redis);
  await feed();
  await until(() => receiver.received.length === 1, { describe: 'it is delivered' });
  await queues.stop();
});
