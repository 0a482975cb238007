import { Redis } from 'ioredis';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  replayDeliveries,
  replayDelivery,
  webhookDelivery,
} from '../../../src/service/webhooks/deliveries.ts';
import type { DeliveryView } from '../../../src/service/webhooks/deliveries.ts';
import { testWebhook } from '../../../src/service/webhooks/test-webhook.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { shapeFaults } from '../../world/checks/event-shapes.ts';
import { deleteWebhook, rotateWebhook } from '../../../src/service/webhooks/endpoints.ts';
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
let receiver: Receiver;
let sending: ReturnType<typeof startSending> | null;

withStage('test', LedgerSale.create, (made, itsWorld) => {
  sale = made;
  world = itsWorld;
});
beforeEach(async () => {
  await sale.open();
  receiver = await Receiver.start();
  sending = null;
});
afterEach(async () => {
  await sending?.stop();
  await receiver.stop();
});

/** Settles orders of one unit each. @returns their ids */
async function settled(count: number): Promise<string[]> {
  const orders = Array.from({ length: count }, (_, i) => cart({ shopper: `u${i}` }));
  await sale.settle({ orders });
  return orders.map(({ serial }) => `${sale.id}_0_${serial}`);
}

const states = (state: 'due' | 'done' | 'dead', id?: string) =>
  deliveries(sale.pool, sale.id, state, id);
const firstDead = () =>
  until(async () => (await states('dead'))[0], { describe: 'one is given up' });
const isDone = (count: number) => async () => (await states('done')).length === count;

test('a delivery is signed and names the order and its new state', async () => {
  const secret = await listen(sale.pool, sale.id, receiver.url);
  const [order] = await settled(1);
  sending = startSending(world, sale.pool);
  await until(isDone(1), { describe: 'it is delivered' });
  const [got] = receiver.received;
  const told = new Webhook(secret).verify(got!.text, got!.headers);
  expect(told).toMatchObject({
    id: got!.id,
    version: 1,
    createdAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    type: 'order.placed',
    timestamp: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    data: { order: { id: order, sale: sale.id, shopper: 'u0', total: 1_000 } },
  });
  expect(got!.id).toMatch(/^delivery_\d+$/);
  expect(() => new Webhook(secret).verify(`${got!.text} `, got!.headers)).toThrow();
});

test('the old and the new secret both verify in a rotation, and no third one does', async () => {
  const old = await listen(sale.pool, sale.id, receiver.url);
  const name = { sale: sale.id, id: 'w1', store: null };
  const rotated = await rotateWebhook({ pool: sale.pool, allowPrivate: true }, name, OPERATOR);
  const { secret } = rotated as { secret: string };
  expect(secret).not.toBe(old);
  await settled(1);
  sending = startSending(world, sale.pool);
  await until(isDone(1), { describe: 'it is delivered' });
  const [{ text, headers }] = receiver.received as [Receiver['received'][number]];
  for (const one of [old, secret]) new Webhook(one).verify(text, headers);
  const other = `whsec_${Buffer.alloc(24).toString('base64')}`;
  expect(() => new Webhook(other).verify(text, headers)).toThrow('No matching signature');
});

test('the old secret stops signing a day after the rotation', async () => {
  const old = await listen(sale.pool, sale.id, receiver.url);
  await rotateWebhook(
    { pool: sale.pool, allowPrivate: true },
    { sale: sale.id, id: 'w1', store: null },
    OPERATOR,
  );
  await sale.pool.query("update webhooks set old_until = now() - interval '1 second'");
  await settled(1);
  sending = startSending(world, sale.pool);
  await until(isDone(1), { describe: 'it is delivered' });
  const [{ text, headers }] = receiver.received as [Receiver['received'][number]];
  expect(() => new Webhook(old).verify(text, headers)).toThrow('No matching signature');
});

test('a failed delivery is tried again under the same id, given up, then replayed', async () => {
  receiver.answer = () => 500;
  await listen(sale.pool, sale.id, receiver.url);
  await settled(1);
  sending = startSending(world, sale.pool);
  const dead = await firstDead();
  expect(dead).toMatchObject({ tries: 3, error: 'answered 500', kind: 'order.placed' });
  expect(receiver.received.map(({ id }) => id)).toEqual([dead.id, dead.id, dead.id]);
  const { outcomes } = sending;
  await until(() => outcomes.length === 3, { describe: 'each try was counted' });
  expect(outcomes).toEqual(['failed', 'failed', 'dead']);
  receiver.answer = () => 204;
  const deps = { pool: sale.pool, allowPrivate: true };
  const replayed = await replayDeliveries(
    deps,
    { sale: sale.id, id: 'w1', store: null },
    [dead.id],
    OPERATOR,
  );
  expect(replayed).toEqual({ replayed: 1, passedOver: 0 });
  await until(isDone(1), { describe: 'it is delivered at last' });
  expect(receiver.names).toEqual([dead.id]);
});

test('a redirect is not followed, and an endpoint that never answers is given up', async () => {
  const answers = [301, null];
  receiver.answer = (_, response) => {
    response.setHeader('location', receiver.url);
    return answers.shift() ?? null;
  };
  await listen(sale.pool, sale.id, receiver.url);
  await settled(1);
  sending = startSending(world, sale.pool, { retryAfterMs: [10], timeoutMs: 100 });
  const dead = await firstDead();
  expect(dead).toMatchObject({ tries: 2, error: 'no answer in time' });
  expect(receiver.received).toHaveLength(2);
});

test('a slow endpoint delays no other', async () => {
  const slow = await Receiver.start();
  slow.answer = () => null;
  await listen(sale.pool, sale.id, slow.url, { id: 'slow' });
  await listen(sale.pool, sale.id, receiver.url);
  await settled(50);
  sending = startSending(world, sale.pool, { timeoutMs: 60_000 });
  await until(isDone(50), { describe: 'the quick one has all' });
  expect(slow.received.length).toBeLessThanOrEqual(4);
  expect(await states('due', 'slow')).toHaveLength(50);
  await sending.stop();
  sending = null;
  // An interrupted try does not count.
  expect(await states('due', 'slow')).toSatisfy((all: { tries: number }[]) =>
    all.every(({ tries }) => tries === 0),
  );
  await slow.stop();
});

test('jobs lost with Redis are created again, and each delivery arrives once more', async () => {
  receiver.answer = () => 503;
  await listen(sale.pool, sale.id, receiver.url);
  await settled(20);
  const terms = { retryAfterMs: [600_000], lostAfterMs: 60_000 };
  sending = startSending(world, sale.pool, terms);
  const isTried = async () => (await states('due')).every(({ tries }) => tries === 1);
  await until(isTried, { describe: 'each was tried once' });
  receiver.answer = () => 200;
  await sending.redis.flushall();
  await sale.pool.query("update webhook_deliveries set queued_until = now() - interval '1 second'");
  await until(isDone(20), { describe: 'each is delivered' });
  expect(receiver.received).toHaveLength(40);
  expect(receiver.names).toHaveLength(20);
});

test('deliveries whose jobs Redis refused are queued again at once', async () => {
  await listen(sale.pool, sale.id, receiver.url);
  await settled(3);
  const admin = new Redis(world.redisUrl);
  await admin.config('SET', 'maxmemory', '1');
  const claims = async () => {
    const text = `select xmin::text as version, queued_until as until from webhook_deliveries`;
    return (await sale.pool.query<{ version: string; until: Date | null }>(text)).rows;
  };
  const [before] = await claims();
  sending = startSending(world, sale.pool);
  const areFree = async () =>
    (await claims()).every(({ version, until: it }) => version !== before!.version && it === null);
  try {
    await until(areFree, { describe: 'claimed deliveries are given back' });
  } finally {
    await admin.config('SET', 'maxmemory', '0');
  }
  await until(isDone(3), { describe: 'each is delivered' });
  expect(receiver.names).toHaveLength(3);
  admin.disconnect();
});

test('a job that still exists is not created twice', async () => {
  receiver.answer = () => 503;
  await listen(sale.pool, sale.id, receiver.url);
  await settled(3);
  sending = startSending(world, sale.pool, { retryAfterMs: [600_000] });
  const areTried = (count: number) => async () =>
    (await states('due')).filter(({ tries }) => tries === 1).length === count;
  await until(areTried(3), { describe: 'each was tried once' });
  await sale.pool.query("update webhook_deliveries set queued_until = now() - interval '1 second'");
  const late = Array.from({ length: 20 }, (_, i) => cart({ shopper: `late${i}` }));
  await sale.settle({ orders: late });
  // Their jobs come last, so any repeated job has been tried before them.
  await until(areTried(23), { describe: 'the later ones were tried' });
  expect(receiver.received).toHaveLength(23);
});

test('an endpoint that recovers gets all its deliveries at once, however many wait', async () => {
  receiver.answer = () => 503;
  await listen(sale.pool, sale.id, receiver.url);
  await settled(5);
  sending = startSending(world, sale.pool, { retryAfterMs: [600_000], waitingMost: 5 });
  const isTried = async () => (await states('due')).every(({ tries }) => tries === 1);
  await until(isTried, { describe: 'as many wait as may' });
  receiver.answer = () => 200;
  await sale.settle({ orders: Array.from({ length: 60 }, (_, i) => cart({ shopper: `v${i}` })) });
  await until(isDone(65), { describe: 'all is delivered' });
  expect(receiver.names).toHaveLength(65);
});

test('an endpoint that keeps failing gets few new deliveries while many wait', async () => {
  receiver.answer = () => 503;
  await listen(sale.pool, sale.id, receiver.url);
  await settled(5);
  sending = startSending(world, sale.pool, { retryAfterMs: [600_000], waitingMost: 5 });
  const areTried = (count: number) => async () =>
    (await states('due')).filter(({ tries }) => tries === 1).length === count;
  await until(areTried(5), { describe: 'as many wait as may' });
  await sale.settle({ orders: Array.from({ length: 60 }, (_, i) => cart({ shopper: `v${i}` })) });
  await until(areTried(25), { describe: 'some of the new ones were tried' });
  await sending.stop();
  sending = null;
  expect(receiver.names).toHaveLength(25);
});

test('a deleted endpoint gets nothing more', async () => {
  await listen(sale.pool, sale.id, receiver.url);
  await settled(5);
  const deps = { pool: sale.pool, allowPrivate: true };
  await deleteWebhook(deps, { sale: sale.id, id: 'w1', store: null }, OPERATOR);
  await listen(sale.pool, sale.id, receiver.url, { id: 'w2' });
  const late = cart({ shopper: 'late' });
  await sale.settle({ orders: [late] });
  sending = startSending(world, sale.pool);
  await until(async () => (await states('done', 'w2')).length === 1, {
    describe: 'it is delivered',
  });
  expect(receiver.received.map(({ body }) => body.data['order'].id)).toEqual([
    `${sale.id}_0_${late.serial}`,
  ]);
});

test('a test event is sent once and at once, and says how the endpoint answered', async () => {
  const secret = await listen(sale.pool, sale.id, receiver.url, { kinds: ['order.paid'] });
  const deps = { pool: sale.pool, allowPrivate: true, time: systemTime };
  const name = { sale: sale.id, id: 'w1', store: null };
  const taken = await testWebhook(deps, name);
  expect(taken).toMatchObject({ kind: 'test.ping', state: 'done', tries: 1, error: null });
  const [got] = receiver.received;
  const event = new Webhook(secret).verify(got!.text, got!.headers);
  expect(event).toEqual((taken as DeliveryView).body);
  expect(shapeFaults('test.ping', event)).toEqual([]);
  expect(event).toMatchObject({ data: { webhook: { id: 'w1', sale: sale.id, store: null } } });
  receiver.answer = () => 500;
  sending = startSending(world, sale.pool);
  const failed = await testWebhook(deps, name);
  expect(failed).toMatchObject({ state: 'dead', tries: 1, error: 'answered 500' });
  expect(receiver.received).toHaveLength(2);
  expect(await testWebhook(deps, { ...name, store: 's1' })).toEqual({ code: 'not_found' });
});

test('one delivery is sent again, even one that was accepted', async () => {
  await listen(sale.pool, sale.id, receiver.url);
  await settled(2);
  sending = startSending(world, sale.pool);
  await until(isDone(2), { describe: 'both are delivered' });
  const [one] = await states('done');
  const deps = { pool: sale.pool };
  const name = { sale: sale.id, id: 'w1', store: null };
  expect(await webhookDelivery(deps, name, one!.id)).toEqual(one);
  const again = await replayDelivery(deps, name, one!.id, OPERATOR);
  expect(again).toMatchObject({ id: one!.id, tries: 0 });
  await until(() => receiver.received.length === 3, { describe: 'it comes again' });
  expect(receiver.received.at(-1)!.text).toBe(
    receiver.received.find(({ id }) => id === one!.id)!.text,
  );
  for (const [whose, delivery] of [
    [{ ...name, store: 's1' }, one!.id],
    [name, 'delivery_999999'],
    [name, 'x'],
  ] as const) {
    expect(await webhookDelivery(deps, whose, delivery)).toEqual({ code: 'not_found' });
    const refused = await replayDelivery(deps, whose, delivery, OPERATOR);
    expect(refused).toEqual({ code: 'not_found' });
  }
});
