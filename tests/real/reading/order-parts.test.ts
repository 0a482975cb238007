import { beforeAll, expect, test } from 'vitest';
import type { OfferId, OrderId, StoreId } from '../../../src/domain/ids.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { HttpShop, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let server: HttpShop;
/** Of u1: two mugs of store-1 and a bowl of store-2, paid; store-2 refunded its bowl. */
let both: OrderId;
/** Of u2: a mug, unpaid. */
let unpaid: OrderId;
/** Of u1: a bowl, paid. */
let theirs: OrderId;

const byStore2 = bearer({ sub: 'm2', role: 'merchant', store: 'store-2' });
const byStranger = bearer({ sub: 'm9', role: 'merchant', store: 'store-9' });

type Order = Record<string, unknown> & { id: string; shopper: string; lines: Line[] };
type Line = Record<string, unknown>;
type Page = { items: Order[]; next: string | null };

withStage('file', HttpShop.serve, (made) => (server = made));
beforeAll(async () => {
  await server.shop.open([
    offer('mug', { lane: 'cart', title: 'A mug, =blue', priceMinor: 1_000, listPriceMinor: 1_000 }),
    offer('bowl', {
      lane: 'cart',
      store: 'store-2' as StoreId,
      priceMinor: 500,
      listPriceMinor: 500,
    }),
  ]);
  await server.shop.setRules([promotion('off', { effect: { kind: 'fixed', off: 250, from: 0 } })]);
  both = await settled('u1', ['mug', 2], ['bowl', 1]);
  await payFor(server.shop.api.pool, both);
  await refund(both, 1, byStore2);
  unpaid = await settled('u2', ['mug', 1]);
  theirs = await settled('u1', ['bowl', 1]);
  await payFor(server.shop.api.pool, theirs);
});

async function settled(by: string, ...lines: [offer: string, quantity: number][]) {
  const { order } = (await server.shop.checkOut({
    shopper: by as never,
    lines: lines.map(([id, quantity]) => ({ offer: id as OfferId, quantity })),
  })) as Placed;
  await server.shop.settleAll();
  return order.id;
}

async function refund(order: string, line: number, by: string): Promise<void> {
  const path = `/v1/orders/${order}/refunds`;
  const headers = { authorization: by, 'idempotency-key': `r${line}` };
  const answer = await server.send({ path, headers, body: { lines: [{ line, quantity: 1 }] } });
  expect(answer.status).toBe(201);
}

async function read<Body = Page>(path: string, authorization: string): Promise<Body> {
  const answer = await server.send({ method: 'GET', path, headers: { authorization } });
  const text = await answer.text();
  expect({ status: answer.status, text }).toMatchObject({ status: 200 });
  return JSON.parse(text) as Body;
}

const list = (by: string, query = '') => read(`${server.path}/seller-orders?${query}`, by);
const ids = ({ items }: Page) => items.map(({ id }) => id);
const of = ({ items }: Page, id: string) => items.find((one) => one.id === id)!;

test('an operator lists whole orders, newest first, with the ids of their shoppers', async () => {
  const page = await list(operator);
  expect(ids(page)).toEqual([theirs, unpaid, both]);
  expect(of(page, both)).toMatchObject({
    ...{ shopper: 'u1', state: 'partly_refunded', currency: 'CNY', total: 2_250 },
    ...{ points: 0, outOfGifts: [], lines: [{ title: 'A mug, =blue' }, { offer: 'bowl' }] },
    ...{ applied: [{ promotion: 'off', discount: 250, basis: 2_500, shares: [200, 50] }] },
  });
});

test('a merchant sees the lines of the store alone, and nothing of the rest', async () => {
  const page = await list(merchant);
  expect(ids(page)).toEqual([unpaid, both]);
  const mine = of(page, both);
  expect(mine).toEqual({
    ...{ id: both, sale: server.sale, state: 'paid', currency: 'CNY', total: 1_800 },
    shopper: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
    createdAt: expect.stringMatching(/Z$/) as string,
    payBy: expect.stringMatching(/Z$/) as string,
    rulesVersion: expect.any(Number) as number,
    lines: [
      {
        ...{ line: 0, offer: 'mug', title: 'A mug, =blue', store: 'store-1', quantity: 2 },
        ...{ price: 1_000, activity: 2_000, net: 1_800 },
      },
    ],
    applied: [
      { promotion: 'off', layer: 'cross_store', funder: 'platform', discount: 200, shares: [200] },
    ],
  });
  const other = of(await list(byStore2), both);
  expect(other).toMatchObject({ state: 'refunded', total: 450, refunded: 450 });
  expect(other.shopper).not.toBe(mine.shopper);
});

test('filters narrow a list, and a cursor continues it', async () => {
  const orders = async (query: string, by = operator) => ids(await list(by, query));
  expect(await orders('state=reserved')).toEqual([unpaid]);
  expect(await orders('offer=bowl')).toEqual([theirs, both]);
  expect(await orders('shopper=u2')).toEqual([unpaid]);
  expect(await orders('store=store-2')).toEqual([theirs, both]);
  // The state is that of the part: only store-1 sees the order as paid.
  expect(await orders('state=paid', merchant)).toEqual([both]);
  expect(await orders('state=refunded', byStore2)).toEqual([both]);
  const { shopper: alias } = of(await list(merchant), unpaid);
  expect(await orders(`shopper=${alias}`, merchant)).toEqual([unpaid]);
  expect(await orders('shopper=u2', merchant)).toEqual([]);
  const { createdAt } = of(await list(operator), unpaid) as unknown as { createdAt: string };
  expect(await orders(`placedFrom=${createdAt}`)).toEqual([theirs, unpaid]);
  expect(await orders(`placedUntil=${createdAt}`)).toEqual([both]);
  const first = await list(operator, 'limit=2');
  const rest = await list(operator, `limit=2&cursor=${first.next}`);
  expect([ids(first), ids(rest), rest.next]).toEqual([[theirs, unpaid], [both], null]);
});

test('a list is refused to who may not see it, as if there were no such sale', async () => {
  const path = `${server.path}/seller-orders`;
  const ask = (authorization: string, query = '', at = path) => {
    return { method: 'GET', path: `${at}?${query}`, headers: { authorization } };
  };
  await server.refuses(ask(byStranger), 404, 'not_found');
  await server.refuses(ask(operator, '', '/v1/sales/none/seller-orders'), 404, 'not_found');
  await server.refuses(ask(shopper('u1')), 403, 'forbidden');
  await server.refuses(ask(merchant, 'store=store-2'), 400, 'invalid', '/query/store');
  await server.refuses(ask(operator, 'cursor=zz'), 400, 'invalid', '/query/cursor');
  await server.refuses(ask(operator, 'limit=101'), 400, 'invalid', '/query/limit');
  await server.refuses(ask(byStranger, 'format=csv', `${path}/export`), 404, 'not_found');
});

test('an order shows everything to its shopper and to operators', async () => {
  const path = `/v1/orders/${both}/details`;
  const own = await read<Order>(path, shopper('u1'));
  expect(own).toMatchObject({
    ...{ shopper: 'u1', state: 'partly_refunded', total: 2_250, refunded: 450 },
    payments: [{ amount: 2_250, state: 'captured', pays: true, currency: 'CNY' }],
    refunds: [{ who: 'merchant:store-2', cash: 450, points: 0, coupons: [], restocked: false }],
    moves: [{ to: 'paid' }, { to: 'partly_refunded' }],
  });
  expect(own.payments).not.toMatchObject([{ providerRef: expect.anything() as string }]);
  const whole = await read<Order>(path, operator);
  expect(whole).toMatchObject({ payments: [{ providerRef: expect.any(String) as string }] });
  const payments = await read<Page>(`/v1/orders/${both}/payments`, shopper('u1'));
  expect(payments.items).toEqual(own.payments);
  const refunds = await read<Page>(`/v1/orders/${both}/refunds`, operator);
  expect(refunds.items).toEqual(whole.refunds);
});

test('an order shows a merchant the part of the store, its refunds and its moves', async () => {
  const mine = await read<Order>(`/v1/orders/${both}/details`, merchant);
  expect(mine).toMatchObject({ state: 'paid', total: 1_800, refunds: [], moves: [{ to: 'paid' }] });
  expect(mine).not.toHaveProperty('payments');
  const refunded = await read<Page>(`/v1/orders/${both}/refunds`, byStore2);
  expect(refunded.items).toMatchObject([{ cash: 450, lines: [{ line: 1, quantity: 1 }] }]);
  expect(refunded.items[0]).not.toHaveProperty('points');
});

test('an order of someone else and none at all look alike', async () => {
  const ask = (id: string, by: string, what = 'details') => {
    return { method: 'GET', path: `/v1/orders/${id}/${what}`, headers: { authorization: by } };
  };
  for (const what of ['details', 'refunds', 'payments']) {
    const foreign = await server.refuses(ask(both, shopper('u2'), what), 404, 'not_found');
    const absent = await server.refuses(ask(`${both}x`, shopper('u2'), what), 404, 'not_found');
    expect({ ...foreign, instance: '' }).toEqual({ ...absent, instance: '' });
  }
  await server.refuses(ask(theirs, merchant), 404, 'not_found');
  await server.refuses(ask(theirs, byStranger, 'refunds'), 404, 'not_found');
  await server.refuses(ask(theirs, merchant, 'payments'), 403, 'forbidden');
});

test('an order that is not settled yet has no time', async () => {
  const placed = (await server.shop.checkOut({
    shopper: 'u3' as never,
    lines: [{ offer: 'mug' as OfferId, quantity: 1 }],
  })) as Placed;
  const order = await read<Order>(`/v1/orders/${placed.order.id}`, shopper('u3'));
  expect(order).toMatchObject({ settled: false, createdAt: null, currency: 'CNY' });
});

test('a shopper reads orders of one sale and of all with time, currency and titles', async () => {
  const words = { currency: 'CNY', createdAt: expect.stringMatching(/Z$/) as string };
  const one = await read<Order>(`/v1/orders/${both}`, shopper('u1'));
  expect(one).toMatchObject({ ...words, lines: [{ title: 'A mug, =blue' }, { offer: 'bowl' }] });
  const inSale = await read(`${server.path}/orders`, shopper('u1'));
  expect(ids(inSale)).toEqual([both, theirs]);
  expect(inSale.items[0]).toEqual(one);
  const first = await read('/v1/orders?limit=1', shopper('u1'));
  const rest = await read(`/v1/orders?cursor=${first.next}`, shopper('u1'));
  expect([ids(first), ids(rest), rest.next]).toEqual([[theirs], [both], null]);
  expect(rest.items[0]).toEqual(one);
  // An order that no longer is in the memory of the process has its words from the ledger.
  await server.shop.api.pool.query('update sales set forgotten_at = now() where id = $1', [
    server.sale,
  ]);
  await server.shop.api.directory.refresh();
  expect(await read<Order>(`/v1/orders/${both}`, shopper('u1'))).toEqual(one);
});
