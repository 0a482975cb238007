import { expect, test } from 'vitest';
import type { OfferId, OrderId } from '../../../src/domain/ids.ts';
import type { OrderView } from '../../../src/domain/order.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { promotionOfVector, readRefunds } from '../../vectors/adapter.ts';
import { HttpShop, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { caseNamed, offersOf } from '../../world/stage/vector-stage.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let server: HttpShop;

withStage('test', HttpShop.serve, (made) => (server = made));

const settled = async (request: Parameters<HttpShop['shop']['checkOut']>[0]): Promise<OrderId> => {
  const { order } = (await server.shop.checkOut(request)) as Placed;
  await server.shop.settleAll();
  return order.id;
};

async function paid(...request: Parameters<typeof settled>): Promise<OrderId> {
  const id = await settled(...request);
  await payFor(server.shop.api.pool, id);
  return id;
}

const asked = (order: string, body: object, by: string, key = 'k') => ({
  path: `/v1/orders/${order}/refunds`,
  headers: { authorization: by, 'idempotency-key': key },
  body,
});

async function refunded(...[order, body, by, key]: Parameters<typeof asked>) {
  const answer = await server.send(asked(order, body, by, key));
  const text = await answer.text();
  expect({ status: answer.status, text }).toMatchObject({ status: 201 });
  return { text, view: JSON.parse(text), isReplay: answer.headers.get('idempotency-replayed') };
}

async function read(order: string): Promise<OrderView> {
  const path = `/v1/orders/${order}`;
  const headers = { authorization: shopper('u1') };
  return (await (await server.send({ method: 'GET', path, headers })).json()) as OrderView;
}

const units = (...lines: [line: number, quantity: number][]) => ({
  lines: lines.map(([line, quantity]) => ({ line, quantity })),
});

test('W6: a refund of line c of W4 gives 245.35 and 3.94 of red packet', async () => {
  const { input } = caseNamed('W4 ');
  const { ofOrder } = readRefunds();
  await server.shop.open(offersOf(input));
  await server.shop.setRules(input.promotions.map(promotionOfVector));
  for (const id of input.coupons ?? []) await server.shop.grant(id, ['u1']);
  const lines = input.lines.map(({ offer: id, quantity = 1 }) => ({
    offer: id as OfferId,
    quantity,
  }));
  const coupons = input.coupons ?? [];
  const id = await paid({ lines, coupons, member: 'vip', expectedTotalMinor: 62_188 });
  const { cash, red_packet: redPacket, keptNets } = ofOrder.expect;
  const { view } = await refunded(id, { lines: ofOrder.lines }, operator);
  expect(view).toEqual({
    ...{ id: `${id}_r1`, order: id, state: 'partly_refunded', cash, redPacket, points: 0 },
    ...{ coupons: [], restocked: false, lines: [{ line: 2, quantity: 1, cash, redPacket }] },
  });
  const order = await read(id);
  expect(order).toMatchObject({ state: 'partly_refunded', total: 62_188, refunded: cash });
  const kept = order.lines.filter((line) => line.refunded === undefined);
  expect(kept.map(({ net }) => net)).toEqual(keptNets);
  expect((await server.shop.audit()).brokenPromises).toEqual([]);
});

test('W7: a merchant refunds three units of their line one by one', async () => {
  const { net, quantity, refundsOneByOne } = readRefunds().ofLine;
  const off = 2;
  const price = (net + off) / quantity;
  await server.shop.open([offer('a', { lane: 'cart', priceMinor: price, listPriceMinor: price })]);
  await server.shop.setRules([promotion('p', { effect: { kind: 'fixed', off, from: 0 } })]);
  const id = await paid({ lines: [{ offer: 'a' as OfferId, quantity }], expectedTotalMinor: net });
  const cash = [];
  for (let i = 0; i < quantity; i++) {
    cash.push((await refunded(id, units([0, 1]), merchant, `k${i}`)).view.cash);
  }
  expect(cash).toEqual(refundsOneByOne);
  expect(await read(id)).toMatchObject({ state: 'refunded', refunded: net });
});

test('a key is always answered with the same bytes', async () => {
  await server.shop.open([offer('a')]);
  const id = await paid({ lines: [{ offer: 'a' as OfferId, quantity: 2 }] });
  const first = await refunded(id, { ...units([0, 1]), restock: true }, merchant);
  await refunded(id, units([0, 1]), merchant, 'other');
  const again = await refunded(id, { ...units([0, 1]), restock: true }, merchant);
  expect([first.isReplay, again.isReplay]).toEqual([null, 'true']);
  expect(again.text).toBe(first.text);
  const other = asked(id, units([0, 1]), merchant);
  await server.refuses(other, 422, 'key_reused');
});

test('an impossible refund is refused, and nothing is written', async () => {
  const foreign = offer('b', { store: 'store-2' as never });
  await server.shop.open([offer('a'), foreign]);
  const line = (id: string) => ({ offer: id as OfferId, quantity: 1 });
  const both = await paid({ lines: [line('a'), line('b')] });
  const theirs = await paid({ lines: [line('b')] });
  const unpaid = await settled({ lines: [line('a')] });
  const one = units([0, 1]);
  await server.refuses(asked(both, units([1, 1]), merchant), 400, 'invalid', '/lines/0/line');
  await server.refuses(asked(both, units([9, 1]), operator), 400, 'invalid', '/lines/0/line');
  await server.refuses(asked(both, units([0, 2]), operator), 409, 'not_refundable');
  await server.refuses(asked(theirs, one, merchant), 404, 'not_found');
  await server.refuses(asked(`${both}x`, one, operator), 404, 'not_found');
  await server.refuses(asked(both, one, shopper('u1')), 403, 'forbidden');
  const problem = await server.refuses(asked(unpaid, one, operator), 409, 'not_refundable');
  expect(problem).toMatchObject({ state: 'reserved' });
});
