import { beforeAll, expect, test } from 'vitest';
import type { OrderId, StoreId } from '../../../src/domain/ids.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { cartLines } from '../../../proof/builders/carts.ts';
import { cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { payFor } from '../../../proof/builders/payments.ts';
import { promotion } from '../../../proof/builders/promotions.ts';
import { bearer } from '../../../proof/builders/secrets.ts';
import { HttpShop, merchant, operator, shopper } from '../../world/stage/http-shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let server: HttpShop;

interface Curve {
  readonly from: string;
  readonly until: string;
  readonly items: readonly Readonly<Record<'at' | string, unknown>>[];
}

/** Places an order at a time of 2025-11-11 in UTC, and pays it if asked. */
async function placedAt(time: string, lines: [string, number][], isPaid = true): Promise<OrderId> {
  const { order } = (await server.shop.checkOut({ lines: cartLines(...lines) })) as Placed;
  await server.shop.settleAll();
  const { pool } = server.shop.api;
  await pool.query('update orders set placed_at = $2 where id = $1', [
    order.id,
    `2025-11-11T${time}Z`,
  ]);
  if (isPaid) await payFor(pool, order.id);
  return order.id;
}

withStage('file', HttpShop.serve, (made) => (server = made));
beforeAll(async () => {
  const [ours, theirs] = ['store-1', 'store-2'] as StoreId[];
  await server.shop.open([
    cartOffer('mug', { store: ours! }),
    cartOffer('bowl', { store: theirs! }),
    cartOffer('bag', { store: ours! }),
  ]);
  const effect = { kind: 'gift', from: 5_000, offer: 'bag' as never, quantity: 1 } as const;
  await server.shop.setRules([promotion('gift', { effect })]);
  await placedAt('10:00:00.000', [['mug', 2]]);
  await placedAt('10:00:59.999', [
    ['mug', 1],
    ['bowl', 3],
  ]);
  await placedAt('10:02:00', [['mug', 5]]);
  await placedAt('10:02:30', [['bowl', 1]], false);
});

const ask = (authorization: string, query: string) => ({
  method: 'GET',
  path: `${server.path}/figures/by-minute?${query}`,
  headers: { authorization },
});

const at = (time: string) => `2025-11-11T${time}Z`;
const between = (from: string, until: string) => `from=${at(from)}&until=${at(until)}`;

async function curve(authorization: string, query: string): Promise<Curve> {
  const answer = await server.send(ask(authorization, query));
  const text = await answer.text();
  expect({ status: answer.status, text }).toMatchObject({ status: 200 });
  return JSON.parse(text) as Curve;
}

/** A minute's figures, in the order of the answer. */
const minute = (time: string, ...figures: [number, number, number, number]) => {
  const [placed, units, paidUnits, revenue] = figures;
  return { at: at(`${time}:00.000`), placed, units, paidUnits, revenue };
};

test('a curve has what was ordered and paid by the minute, without gifts', async () => {
  expect(await curve(operator, between('10:00:30', '10:02:01'))).toEqual({
    ...{ sale: server.sale, currency: 'CNY' },
    ...{ from: at('10:00:00.000'), until: at('10:03:00.000') },
    items: [minute('10:00', 3, 6, 6, 6_000), minute('10:02', 2, 6, 5, 5_000)],
  });
});

test('a merchant sees the lines of the store, and anyone may ask for one offer', async () => {
  const hour = between('10:00:00', '11:00:00');
  const mine = [minute('10:00', 2, 3, 3, 3_000), minute('10:02', 1, 5, 5, 5_000)];
  expect((await curve(merchant, hour)).items).toEqual(mine);
  expect((await curve(operator, `${hour}&store=store-1`)).items).toEqual(mine);
  const bowls = [minute('10:00', 1, 3, 3, 3_000), minute('10:02', 1, 1, 0, 0)];
  expect((await curve(operator, `${hour}&offer=bowl`)).items).toEqual(bowls);
  expect((await curve(merchant, `${hour}&offer=bowl`)).items).toEqual([]);
});

test('a curve leaves its end out; without a stretch it is of the last hour', async () => {
  expect((await curve(operator, between('10:01:00', '10:02:00'))).items).toEqual([]);
  const { from, until, items } = await curve(operator, '');
  expect(Date.parse(until) - Date.parse(from)).toBe(3_600_000);
  expect(items).toEqual([]);
});

test('a stretch that is not one, or is longer than a day, is refused', async () => {
  const wrong = [
    between('10:00:00', '10:00:00'),
    'from=2025-11-10T09:59:00Z&until=2025-11-11T10:00:00Z',
  ];
  for (const query of wrong) {
    await server.refuses(ask(operator, query), 400, 'invalid', '/query/from');
  }
  await curve(operator, 'from=2025-11-10T10:00:00Z&until=2025-11-11T10:00:00Z');
  await server.refuses(ask(merchant, 'store=store-2'), 400, 'invalid', '/query/store');
  await server.refuses(ask(operator, 'until=yesterday'), 400, 'invalid', '/query/until');
});

test('a curve is refused to those who may not see it, as if there were no such sale', async () => {
  const stranger = bearer({ sub: 'm9', role: 'merchant', store: 'store-9' });
  await server.refuses(ask(stranger, ''), 404, 'not_found');
  await server.refuses(ask(shopper('u1'), ''), 403, 'forbidden');
});
