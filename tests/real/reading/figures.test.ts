import { beforeAll, expect, test } from 'vitest';
import type { OrderId, StoreId } from '../../../src/domain/ids.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { budget } from '../../../proof/builders/promotions.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { HttpShop, lines, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { until } from '../../world/servers/wait-until.ts';

let server: HttpShop;

interface Figures {
  readonly asOf: string;
  readonly stores: readonly Record<string, unknown>[];
  readonly items: readonly Record<string, unknown>[];
  readonly next: string | null;
}

withStage('file', HttpShop.serve, (made) => (server = made));
beforeAll(async () => {
  const store = 'store-2' as StoreId;
  await server.shop.open([
    offer('mug', { cap: 5, priceMinor: 1_000 }),
    offer('cup', { priceMinor: 300 }),
    offer('bowl', { store, priceMinor: 500 }),
  ]);
});

const ask = (authorization: string, query = '') => ({
  method: 'GET',
  path: `${server.path}/figures?${query}`,
  headers: { authorization },
});

async function figures(authorization: string, query = ''): Promise<Figures> {
  const answer = await server.send(ask(authorization, query));
  const text = await answer.text();
  expect({ status: answer.status, text }).toMatchObject({ status: 200 });
  return JSON.parse(text) as Figures;
}

async function bought(offer: string, quantity: number): Promise<OrderId> {
  const { order } = (await server.shop.buy({ shopper: 'u1', offer, quantity })) as Placed;
  await server.shop.settleAll();
  return order.id;
}

async function refusedOnce(line: object, code: string, by = 'u1'): Promise<void> {
  const headers = { authorization: shopper(by), 'idempotency-key': `refused-${code}` };
  const answer = await server.send({ headers, body: lines(line) });
  expect(await answer.json()).toMatchObject({ code });
}

test('figures say how the offers of a store sell, and why orders were refused', async () => {
  const paid = await bought('mug', 2);
  await payFor(server.shop.api.pool, paid);
  const refund = { lines: [{ line: 0, quantity: 1 }], restock: true };
  const headers = { authorization: operator, 'idempotency-key': 'r1' };
  const path = `/v1/orders/${paid}/refunds`;
  expect((await server.send({ path, headers, body: refund })).status).toBe(201);
  await bought('mug', 3);
  await bought('bowl', 1);
  // One unit came back; four are reserved or paid.
  await refusedOnce({ quantity: 2 }, 'sold_out');
  await refusedOnce({ offer: 'cup', quantity: 101 }, 'sold_out', 'u2');
  // An offer that the sale does not have is a fault of the request: nobody counts it.
  await refusedOnce({ offer: 'none' }, 'unknown_offer');
  await server.shop.api.refusals.flush();
  const { stores, items, next } = await figures(merchant);
  expect(next).toBeNull();
  expect(items.map(({ offer }) => offer)).toEqual(['cup', 'mug']);
  const mug = {
    ...{ cap: 5, committed: 4, sold: 1, debt: 0, sellThroughBps: 2_000, unitsAMinute: 1 },
    ...{ revenue: 2_000, refunds: 1_000, placed: 2, refused: { sold_out: 1 } },
  };
  expect(items[1]).toMatchObject({ offer: 'mug', ...mug, conversionBps: 6_666 });
  expect(stores).toMatchObject([
    {
      ...{ store: 'store-1', cap: 105, committed: 4, sold: 1, sellThroughBps: 95 },
      ...{ revenue: 2_000, refunds: 1_000, placed: 2, refused: { sold_out: 2 } },
      conversionBps: 5_000,
    },
  ]);
  // What is on sale comes from the cells, a moment later.
  const left = { describe: 'the unit that came back is counted', timeoutMs: 5_000 };
  await until(async () => (await figures(merchant)).items[1]!.available === 1, left);
});

test('budgets say what was spent, and a merchant sees those of the store', async () => {
  const budgets = ['store-1', 'store-2', null].map((store) =>
    budget(`b-${store}`, { store: store as StoreId | null, amountMinor: 900 }),
  );
  await server.shop.setRules([], budgets);
  await server.shop.api.pool.query(
    `update pot_allotments set spent = 250 where sale = $1 and pot = 'budget:b-store-1'`,
    [server.sale],
  );
  const read = async (by: string) => {
    const asked = { method: 'GET', path: `${server.path}/budgets`, headers: { authorization: by } };
    return ((await (await server.send(asked)).json()) as { items: object[] }).items;
  };
  const mine = { id: 'b-store-1', store: 'store-1', policy: 'partial', amount: 900, spent: 250 };
  expect(await read(merchant)).toEqual([mine]);
  expect(await read(operator)).toMatchObject([{ id: 'b-null', spent: 0 }, mine, {}]);
});

test('an operator sees all stores, in pages of offers', async () => {
  const first = await figures(operator, 'limit=2');
  expect(first.stores.map(({ store }) => store)).toEqual(['store-1', 'store-2']);
  expect(first.items.map(({ offer }) => offer)).toEqual(['bowl', 'cup']);
  const rest = await figures(operator, `limit=2&cursor=${first.next}`);
  expect(rest.items.map(({ offer }) => offer)).toEqual(['mug']);
});

test('figures are refused to who may not see them, as if there were no such sale', async () => {
  const stranger = bearer({ sub: 'm9', role: 'merchant', store: 'store-9' });
  await server.refuses(ask(stranger), 404, 'not_found');
  await server.refuses(ask(shopper('u1')), 403, 'forbidden');
});
