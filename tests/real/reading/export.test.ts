import { beforeAll, expect, test } from 'vitest';
import type { StoreId } from '../../../src/domain/ids.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { insertOrders } from '../../../proof/exports/insert-orders.ts';
import { HttpShop, merchant, operator } from '../../world/stage/http-shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';

const ORDERS = 20_000;
let server: HttpShop;

withStage('file', HttpShop.serve, (made) => (server = made));
beforeAll(async () => {
  await server.shop.open([offer('mug'), offer('bowl', { store: 'store-2' as StoreId })]);
  const offers = [
    { id: 'mug', store: 'store-1' },
    { id: 'bowl', store: 'store-2' },
  ] as const;
  await insertOrders(server.shop.api.pool, { sale: server.sale, orders: ORDERS, offers });
});

async function exported(format: string, authorization: string, filters = ''): Promise<string[]> {
  const path = `${server.path}/seller-orders/export?format=${format}${filters}`;
  const answer = await server.send({ method: 'GET', path, headers: { authorization } });
  expect(answer.status).toBe(200);
  return (await answer.text()).trimEnd().split(/\r?\n/);
}

test('an export has each of twenty thousand orders once, newest first', async () => {
  const lines = await exported('ndjson', operator);
  const orders = lines.map((line) => JSON.parse(line) as { id: string; createdAt: string });
  expect(new Set(orders.map(({ id }) => id)).size).toBe(ORDERS);
  expect(orders).toHaveLength(ORDERS);
  const times = orders.map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted().toReversed());
});

test('a merchant exports the lines of the store, one row for each', async () => {
  const [header, ...rows] = await exported('csv', merchant);
  expect(header).toContain('order,createdAt,state,shopper,line,offer,title,store,quantity');
  expect(rows).toHaveLength(ORDERS);
  expect(rows.every((row) => row.includes(',mug,Offer mug,store-1,1,500,500,500,'))).toBe(true);
  expect(rows.some((row) => row.includes('shopper '))).toBe(false);
  const shoppers = new Set(rows.map((row) => row.split(',')[3]));
  expect(shoppers.size).toBe(1_000);
});

test('an export takes the filters of the list', async () => {
  const until = '&placedFrom=2025-06-01T00:00:01.000Z&placedUntil=2025-06-01T00:00:01.500Z';
  const rows = await exported('csv', operator, `&store=store-2${until}`);
  // Every second of the 5,000 orders of that half second.
  expect(rows).toHaveLength(1 + 2_500);
  const ofOne = await exported('ndjson', operator, '&shopper=shopper%207');
  expect(ofOne).toHaveLength(ORDERS / 1_000);
});
