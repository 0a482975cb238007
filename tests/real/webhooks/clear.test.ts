import { beforeEach, expect, test } from 'vitest';
import { announceOrders } from '../../../src/ledger/webhooks/announce-orders.ts';
import { deleteOldDeliveries } from '../../../src/ledger/webhooks/clear-deliveries.ts';
import { webhooksWithDueDeliveries } from '../../../src/ledger/webhooks/deliveries.ts';
import { query } from '../../../src/platform/query.ts';
import type { Queryable } from '../../../src/platform/query.ts';
import { createRedis, whenReady } from '../../../src/platform/redis.ts';
import { dropWebhookQueue } from '../../../src/queue/drop-webhook-queue.ts';
import { clearDeliveries } from '../../../src/service/webhooks/clear-deliveries-loop.ts';
import { deleteWebhook } from '../../../src/service/webhooks/endpoints.ts';
import { cart } from '../../../proof/builders/entries.ts';
import { LedgerSale } from '../../../proof/builders/ledger-sale.ts';
import { Receiver } from '../../world/servers/webhook-receiver.ts';
import { until } from '../../world/servers/wait-until.ts';
import { deliveries, listen, startSending } from '../../world/stage/webhooks.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

let world: World;
let sale: LedgerSale;

const HOOK = 'https://shop.example/hook';

withStage('test', LedgerSale.create, (made, itsWorld) => {
  sale = made;
  world = itsWorld;
});
beforeEach(async () => {
  await sale.open();
});

const never = new AbortController().signal;
const clear = (dropQueue: (webhook: number) => Promise<void> = async () => {}) =>
  clearDeliveries({ pool: sale.pool, dropQueue }, never);
const remove = (id = 'w1') =>
  deleteWebhook(
    { pool: sale.pool, allowPrivate: true },
    { sale: sale.id, id, store: null },
    OPERATOR,
  );

type Table = 'webhooks' | 'webhook_deliveries';

async function count(of: Table, on: Queryable = sale.pool): Promise<number> {
  return (await on.query(`select count(*)::int as n from ${of}`)).rows[0].n;
}

/** Gives every endpoint `each` deliveries that have been in this state for `days`. */
const fill = (each: number, state: 'due' | 'done' | 'dead', days = 0) =>
  sale.pool.query(
    `insert into webhook_deliveries (webhook, kind, body, state, ended_at)
    select number, 'order.placed', '{}', $2,
      case when $2 <> 'due' then now() - $3 * interval '1 day' end
    from webhooks, generate_series(1, $1)`,
    [each, state, days],
  );

test('a deletion of an endpoint does not wait for settlement, and late deliveries go', async () => {
  await listen(sale.pool, sale.id, HOOK);
  const orders = [cart({ shopper: 'u1' })];
  await sale.settle({ orders });
  const client = await sale.pool.connect();
  await client.query('begin');
  await announceOrders(client, 'order.placed', [`${sale.id}_0_${orders[0]!.serial}`]);
  expect(await remove()).toEqual({ kind: 'removed' });
  await client.query('commit');
  client.release();
  expect(await count('webhook_deliveries')).toBe(2);
  await listen(sale.pool, sale.id, HOOK);
  expect(await deliveries(sale.pool, sale.id, 'due')).toEqual([]);
  await clear();
  expect(await count('webhook_deliveries')).toBe(0);
  expect(await count('webhooks')).toBe(1);
});

test('deliveries of a deleted endpoint go in pieces, each in its own transaction', async () => {
  await listen(sale.pool, sale.id, HOOK);
  await listen(sale.pool, sale.id, HOOK, { id: 'w2' });
  await fill(25_000, 'due');
  await remove();
  const client = await sale.pool.connect();
  await client.query('begin');
  await client.query(`select from webhook_deliveries where id = (
    select max(d.id) from webhook_deliveries d
    join webhooks w on w.number = d.webhook and w.id = 'w1') for update`);
  const clearing = clear();
  const isUnderWay = async () => (await count('webhook_deliveries', client)) < 50_000;
  await until(isUnderWay, { describe: 'a piece is gone while another has to wait' }).finally(
    async () => {
      // In any case, the connection ends and releases the lock.
      client.release(true);
      await clearing;
    },
  );
  expect(await count('webhook_deliveries')).toBe(25_000);
  expect(await count('webhooks')).toBe(1);
});

test('a deleted endpoint is cleared later when its queue cannot be dropped at first', async () => {
  await listen(sale.pool, sale.id, HOOK);
  await remove();
  const away = async () => {
    throw new Error('Redis is away');
  };
  await expect(clear(away)).rejects.toThrow('Redis is away');
  const dropped: number[] = [];
  await clear(async (webhook) => void dropped.push(webhook));
  expect(dropped).toHaveLength(1);
  expect(await count('webhooks')).toBe(0);
});

test('old deliveries are all deleted in one call, however many there are', async () => {
  await listen(sale.pool, sale.id, HOOK);
  await fill(25_000, 'done', 2);
  await fill(15_000, 'dead', 31);
  await fill(1, 'dead', 29);
  await deleteOldDeliveries(sale.pool, never);
  expect(await count('webhook_deliveries')).toBe(1);
});

test('a dropped queue leaves nothing in Redis', async () => {
  const receiver = await Receiver.start();
  await listen(sale.pool, sale.id, receiver.url);
  receiver.answer = () => 503;
  await sale.settle({ orders: [cart({ shopper: 'u1' }), cart({ shopper: 'u2' })] });
  const sending = startSending(world, sale.pool, { retryAfterMs: [600_000] });
  const isTried = async () =>
    (await deliveries(sale.pool, sale.id, 'due')).every(({ tries }) => tries === 1);
  await until(isTried, { describe: 'each was tried' });
  await sending.stop();
  await receiver.stop();
  const redis = createRedis(world.redisUrl, { kind: 'steady', onError: () => {} });
  await whenReady(redis);
  const keys = () => redis.keys('*webhook.*');
  expect((await keys()).length).toBeGreaterThan(0);
  const [webhook] = (await webhooksWithDueDeliveries(sale.pool, 0)).numbers;
  await dropWebhookQueue(redis, webhook!, (error) => console.error(error));
  expect(await keys()).toEqual([]);
  redis.disconnect();
});

test('workers that drop one queue at the same time do not hinder each other', async () => {
  const redis = createRedis(world.redisUrl, { kind: 'steady', onError: () => {} });
  await whenReady(redis);
  const errors: Error[] = [];
  for (let round = 0; round < 20; round++) {
    await redis.hset('{doorbuster}:webhook.7:meta', 'opts.maxLenEvents', 10);
    const drops = [1, 2, 3].map(() => dropWebhookQueue(redis, 7, (error) => errors.push(error)));
    await Promise.all(drops);
  }
  expect(await redis.keys('{doorbuster}:webhook.7:*')).toEqual([]);
  expect(errors).toEqual([]);
  redis.disconnect();
});

test('due deliveries are found without reading finished ones', async () => {
  for (const id of ['w1', 'w2', 'w3']) await listen(sale.pool, sale.id, HOOK, { id });
  await fill(10_000, 'done');
  await fill(1, 'due');
  const client = await sale.pool.connect();
  const plans: string[] = [];
  for (const learn of ['select 1', 'analyze webhook_deliveries']) {
    await client.query(learn);
    const explain = `explain ${query('webhooks/deliveries/endpoints-with-due').text}`
      .replaceAll('$1', '0')
      .replaceAll('$2', '1000');
    const { rows } = await client.query<Record<string, string>>(explain);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  client.release();
  for (const plan of plans) {
    expect(plan).toContain('webhook_deliveries_due');
    expect(plan).not.toMatch(/Seq Scan on webhook_deliveries|Sort/);
  }
});

test('a look that cannot take all endpoints starts where the last look ended', async () => {
  await sale.pool.query(
    `insert into webhooks (sale, owner, id, url, kinds, secret, removed_at)
    select $1, '', 'x' || n, '', '{order.placed}', '', case when n = 500 then now() end
    from generate_series(1, 2500) n`,
    [sale.id],
  );
  await fill(2, 'due');
  const numbers: number[] = [];
  let after = 0;
  for (const most of [999, 1_000, 500]) {
    const look = await webhooksWithDueDeliveries(sale.pool, after);
    expect(look.numbers).toHaveLength(most);
    numbers.push(...look.numbers);
    after = look.next;
  }
  expect(after).toBe(0);
  expect(new Set(numbers).size).toBe(2_499);
});
