import { afterEach, beforeEach, expect, test } from 'vitest';
import { listDeadCalls } from '../../../src/ledger/orders/provider-calls.ts';
import { receivePaymentEvent } from '../../../src/service/orders/receive-payment-event.ts';
import { doorbusterOn } from '../../world/servers/command.ts';
import { makeAt } from '../../world/stage/payments.ts';
import { PayShop } from '../../world/stage/pay-shop.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';

const PRICE = 990;

let world: World;
let stage: PayShop;
let events: number;

withStage(
  'file',
  (world) => PayShop.open(world, [offer('a', { priceMinor: PRICE })]),
  (made, itsWorld) => {
    stage = made;
    world = itsWorld;
  },
);
beforeEach(() => {
  stage.sandbox.behave({});
  stage.alerts.length = 0;
  stage.outcomes.length = 0;
  events = stage.sandbox.books().captured;
});
afterEach(async () => {
  expect((await stage.shop.audit()).brokenPromises).toEqual([]);
});

/** Places an order, starts its payment and lets the shopper pay. */
async function pay(shopper: string): Promise<string> {
  const order = await stage.order(shopper);
  const started = await stage.start(order, { shopper });
  if ('code' in started) throw new Error(started.code);
  await stage.visit(started.view.url);
  return order;
}

const captured = () => stage.sandbox.books().captured - events;

test('events that come twice and out of order pay an order once', async () => {
  stage.sandbox.behave({ duplicateRate: 1, reorder: true });
  const order = await pay('u1');
  stage.sandbox.release();
  await stage.heard(2);
  // The sandbox sends its event at once, so it may arrive before the answer is recorded.
  const letIn = stage.holdEvents();
  await stage.makeProviderCalls();
  letIn();
  stage.sandbox.release();
  await stage.heard(4);
  expect(stage.outcomes.toSorted()).toEqual(['duplicate', 'duplicate', 'known', 'moved']);
  expect(await stage.orderState(order)).toBe('paid');
  expect(captured()).toBe(PRICE);
  expect(stage.alerts).toEqual([]);
});

test('an event that lies about the amount moves nothing and alerts an operator', async () => {
  stage.sandbox.behave({ lie: -1 });
  const order = await pay('u2');
  await stage.heard(1);
  expect(stage.outcomes).toEqual(['refused']);
  expect(await stage.orderState(order)).toBe('reserved');
  expect(await stage.makeProviderCalls()).toBe(0);
  const alert = {
    what: 'event_refused',
    order,
    payment: `${order}_p1`,
    detail: 'says 989, not 990',
  };
  expect(stage.alerts).toMatchObject([alert]);
});

test('an event for an unknown order is kept and alerts an operator', async () => {
  const made = await makeAt(stage.provider, {
    ...{ id: 'foreign_p1', order: 'foreign' },
    ...{ amountMinor: PRICE, currency: 'CNY' },
  });
  await stage.visit(made.checkout.url);
  await stage.heard(1);
  expect(stage.outcomes).toEqual(['unknown']);
  expect(stage.alerts).toMatchObject([{ what: 'event_unknown', payment: null, order: null }]);
});

test('an unsigned or altered event writes nothing', async () => {
  const deps = {
    ...{ pool: stage.shop.api.pool, provider: stage.provider },
    courier: { push: async () => {} },
    ...{ onCallsDue: () => {}, onAlert: () => {} },
  };
  const kept = () => stage.one<number>('select count(*)::int from payment_events');
  const before = await kept();
  const refused = { code: 'unauthenticated', challenge: 'Signature' };
  const signature = { 'webhook-id': 'e', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AA==' };
  expect(await receivePaymentEvent(deps, Buffer.from('{}'), {})).toEqual(refused);
  expect(await receivePaymentEvent(deps, Buffer.from('{}'), signature)).toEqual(refused);
  const none = { ...deps, provider: null };
  expect(await receivePaymentEvent(none, Buffer.from('{}'), {})).toEqual({ code: 'not_found' });
  expect(await kept()).toBe(before);
});

test('an event later than the call’s answer finds the order already paid', async () => {
  stage.sandbox.behave({ late: true });
  const order = await pay('u3');
  await stage.heard(1);
  await stage.makeProviderCalls();
  expect(await stage.orderState(order)).toBe('paid');
  stage.sandbox.release();
  await stage.heard(2);
  expect(stage.outcomes).toEqual(['moved', 'known']);
});

const doorbuster = (...args: string[]) => doorbusterOn(world, ['payments', ...args]);

test('an operator lists waiting calls and events and retries them', async () => {
  const order = await pay('u4');
  await stage.heard(1);
  const { pool } = stage.shop.worker;
  await pool.query(`update provider_calls set state = 'dead', error = 'no' where state = 'due'`);
  const [dead] = await listDeadCalls(pool);
  const shown = await doorbuster('list', '--dead');
  expect(shown.out).toContain(`capture of ${PRICE} CNY`);
  expect(shown.out).not.toContain('refused');
  const event = await stage.one<number>(`select id from payment_events where outcome = 'refused'`);
  expect((await doorbuster()).out).toContain(`event-${event}`);
  const id = `call-${dead!.id}`;
  expect(await doorbuster('retry', id)).toEqual({ code: 0, out: `${id}: due again\n`, err: '' });
  const again = await doorbuster('retry', id);
  expect(again).toMatchObject({ code: 1, err: `${id}: nothing with this id is waiting\n` });
  const still = await doorbuster('retry', `event-${event}`);
  expect(still).toMatchObject({ code: 1, err: `event-${event}: still refused\n` });
  expect((await doorbuster('retry', '7')).code).toBe(2);
  await stage.makeProviderCalls();
  const isPaid = async () => (await stage.orderState(order)) === 'paid';
  await until(isPaid, { describe: 'the order is paid' });
});

test('an operator resolves calls and events by hand and retries all dead calls', async () => {
  const { pool } = stage.shop.worker;
  const orders = [await pay('u5'), await pay('u6')];
  await stage.heard(2);
  const die = (which: string) =>
    pool.query(`update provider_calls set state = 'dead', error = 'no' where ${which}`);
  await die(`state = 'due'`);
  expect(await doorbuster('retry')).toMatchObject({ code: 2 });
  expect(await doorbuster('retry', 'call-1', '--all-dead')).toMatchObject({ code: 2 });
  expect((await doorbuster('retry', '--all-dead')).out).toBe('due again: 2\n');
  await stage.makeProviderCalls();
  for (const order of orders) expect(await stage.orderState(order)).toBe('paid');
  await die(`id = (select max(id) from provider_calls)`);
  const [dead] = await listDeadCalls(pool);
  const id = `call-${dead!.id}`;
  const resolve = (...args: string[]) => doorbuster('resolve', id, ...args);
  expect((await resolve()).code).toBe(2);
  expect((await resolve('--why', ' ')).code).toBe(2);
  expect(await resolve('--why', 'paid in cash')).toMatchObject({
    code: 0,
    out: `${id}: resolved\n`,
  });
  expect(await resolve('--why', 'twice')).toMatchObject({ code: 1 });
  expect(await listDeadCalls(pool)).toEqual([]);
  const event = await stage.one<number>(`select id from payment_events where outcome = 'refused'`);
  const settled = await doorbuster('resolve', `event-${event}`, '--why', 'a test', '--who', 'ann');
  expect(settled.out).toBe(`event-${event}: resolved\n`);
  const notes = `select string_agg(concat_ws(' ', who, why), ', ' order by id) from payment_notes`;
  expect(await stage.one(notes)).toBe('operator paid in cash, ann a test');
  await expect(pool.query('delete from payment_notes')).rejects.toThrow('never changed');
});
