import { beforeEach, expect, test } from 'vitest';
import type { OrderId } from '../../../src/domain/ids.ts';
import { endOrders } from '../../../src/ledger/orders/change-order-state.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { bringUpToDate } from '../../../src/service/cells/bring-cell-up-to-date.ts';
import { cellHolds, addressOf, surely } from '../../world/stage/life.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';

const ORDERS = 1_200;
const PIECE = 200;

let shop: Shop;

withShop((made) => (shop = made));
beforeEach(async () => {
  await shop.open([offer('a', { cap: ORDERS })]);
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const BY = { who: 'operator', why: 'test' };

/** Ends every order in pieces, without telling the cell. */
async function endAll(): Promise<void> {
  const buyers = Array.from({ length: ORDERS }, (_, i) => shop.buy({ shopper: `u${i}` }));
  const orders: OrderId[] = (await Promise.all(buyers)).map((one) => surely(one).order.id);
  await shop.settleAll();
  for (let from = 0; from < ORDERS; from += PIECE) {
    const some = orders.slice(from, from + PIECE);
    await transaction(shop.worker.pool, (client) =>
      endOrders(client, cell(), some, 'cancelled', BY),
    );
  }
}

/** The number of calls of scripts by SHA that Redis has had. */
async function calls(): Promise<number> {
  const stats = await shop.worker.redis.info('commandstats');
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)![1]);
}

test('a backlog of moved orders is applied in calls of at most 500', async () => {
  await endAll();
  shop.api.watch.stop();
  const address = await addressOf(shop);
  // The watch may have a poll under way on this connection; Redis answers it before the ping.
  await shop.api.redis.ping();
  const before = await calls();
  expect(await bringUpToDate(shop.worker, cell())).toMatchObject({ inbox: expect.any(Number) });
  const watermark = 1;
  expect((await calls()) - before).toBe(watermark + Math.ceil(ORDERS / PIECE / 2));
  const { stock, shoppers } = await cellHolds(shop.worker.redis, address);
  expect(stock).toEqual({ a: String(ORDERS) });
  const marks = Object.values(shoppers).map((one) => (one as { marks: unknown[] }).marks.length);
  expect(marks).toEqual(Array<number>(ORDERS).fill(1));
  expect((await shop.audit()).brokenPromises).toEqual([]);
});
