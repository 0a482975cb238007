import { expect, test } from 'vitest';
import { cartLines } from '../../../../proof/builders/carts.ts';
import { offer } from '../../../../proof/builders/offers.ts';
import { payFor } from '../../../../proof/builders/payments.ts';
import type { OrderId } from '../../../../src/domain/ids.ts';
import type { Placed } from '../../../../src/service/selling/shared-by-lanes.ts';
import { withStage } from '../../../world/servers/with-stage.ts';
import { HttpShop, merchant, operator, shopper } from '../../../world/stage/http-shop.ts';

let server: HttpShop;

withStage(
  'file',
  (world) => HttpShop.open(world, [offer('a', { lane: 'cart' }), offer('b', { lane: 'cart' })]),
  (made) => (server = made),
);

type Lines = [offer: string, quantity: number][];

async function placed(...lines: Lines): Promise<OrderId> {
  const { order } = (await server.shop.checkOut({ lines: cartLines(...lines) })) as Placed;
  return order.id;
}

async function paid(...lines: Lines): Promise<OrderId> {
  const id = await placed(...lines);
  await server.shop.settleAll();
  await payFor(server.shop.api.pool, id);
  return id;
}

async function cancel(order: string, body: object = {}, by = operator) {
  const answer = await server.send({
    path: `/v1/orders/${order}/cancel`,
    headers: { authorization: by, 'x-change-reason': 'a fake account' },
    body,
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

async function read(path: string): Promise<{ items: Record<string, unknown>[] }> {
  const asked = { method: 'GET', path, headers: { authorization: operator } };
  return (await (await server.send(asked)).json()) as never;
}

const lastMove = async (order: string) => (await read(`/v1/orders/${order}/moves`)).items.at(-1);
const changesOf = async (order: string) =>
  (await read(`${server.path}/changes?subject=order:${order}`)).items;

test('an unpaid order is cancelled; its history names no reason, and the change does', async () => {
  const order = await placed(['a', 2]);
  await server.shop.settleAll();
  const done = await cancel(order);
  expect(done).toMatchObject({ status: 200, json: { id: order, state: 'cancelled' } });
  const why = 'cancelled by an operator';
  expect(await lastMove(order)).toMatchObject({ from: 'reserved', who: 'operator', why });
  const change = { what: 'cancel', sub: 'ops', reason: 'a fake account' };
  expect(await changesOf(order)).toMatchObject([{ ...change, after: { state: 'cancelled' } }]);
  expect(await cancel(order)).toMatchObject({ status: 200, json: { state: 'cancelled' } });
  expect(await changesOf(order)).toHaveLength(1);
});

test('an order that has not settled yet is cancelled once it has', async () => {
  const order = await placed(['a', 1]);
  const done = cancel(order);
  await server.shop.settleAll();
  expect(await done).toMatchObject({ status: 200, json: { state: 'cancelled' } });
});

test('a paid order is refunded whole and once, and its units may go back on sale', async () => {
  const order = await paid(['a', 2], ['b', 1]);
  const partly = { lines: [{ line: 0, quantity: 1 }] };
  const refund = {
    path: `/v1/orders/${order}/refunds`,
    headers: { authorization: merchant },
    body: partly,
  };
  expect((await server.send(refund)).status).toBe(201);
  const done = await cancel(order, { restock: true });
  expect(done).toMatchObject({ status: 200, json: { state: 'refunded' } });
  expect(await lastMove(order)).toMatchObject({ who: 'operator', to: 'refunded' });
  const [, whole] = await changesOf(order);
  expect(whole).toMatchObject({ what: 'refund', reason: 'a fake account' });
  expect(whole!['after']).toMatchObject({
    ...{ state: 'refunded', restocked: true },
    lines: [
      { line: 0, quantity: 1 },
      { line: 1, quantity: 1 },
    ],
  });
  const { rows } = await server.shop.api.pool.query('select * from refunds where order_id = $1', [
    order,
  ]);
  expect(rows).toHaveLength(2);
  expect((await cancel(order)).status).toBe(200);
  expect(await changesOf(order)).toHaveLength(2);
});

test('no key of a caller, and no other cancel, prevents a cancel', async () => {
  const order = await paid(['a', 2]);
  const refund = {
    path: `/v1/orders/${order}/refunds`,
    headers: { authorization: operator, 'idempotency-key': 'operator-cancels' },
    body: { lines: [{ line: 0, quantity: 1 }] },
  };
  expect((await server.send(refund)).status).toBe(201);
  const both = await Promise.all([cancel(order), cancel(order, { restock: true })]);
  const states = both.map(({ status, json }) => [status, json['state']]);
  expect(states).toEqual(Array(2).fill([200, 'refunded']));
});

test('a shopper still cancels only an own, unpaid order, and cannot restock', async () => {
  const order = await paid(['b', 1]);
  const by = shopper('u1');
  expect(await cancel(order, {}, by)).toMatchObject({ status: 409, json: { code: 'conflict' } });
  expect(await cancel(order, { restock: true }, by)).toMatchObject({
    ...{ status: 400, json: { code: 'invalid', errors: [{ pointer: '/restock' }] } },
  });
  expect((await cancel(order, {}, shopper('u2'))).status).toBe(404);
  expect((await cancel(order, {}, merchant)).status).toBe(403);
  expect((await cancel('none')).status).toBe(404);
});

test('units, money and the chain of changes agree afterwards', async () => {
  await server.shop.settleAll();
  expect((await server.shop.audit()).brokenPromises).toEqual([]);
});
