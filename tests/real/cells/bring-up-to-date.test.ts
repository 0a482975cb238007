import { beforeEach, expect, test, vi } from 'vitest';
import type { OrderId } from '../../../src/domain/ids.ts';
import { findCursor } from '../../../src/ledger/cell-rows.ts';
import { listDeadLetters } from '../../../src/ledger/cells/dead-letters.ts';
import { endOrders } from '../../../src/ledger/orders/change-order-state.ts';
import { transaction } from '../../../src/platform/postgres.ts';
import { bringUpToDate } from '../../../src/service/cells/bring-cell-up-to-date.ts';
import { setOffer } from '../../../src/service/terms/change-sale.ts';
import { cellHolds, addressOf, surely } from '../../world/stage/life.ts';
import { offer } from '../../../proof/builders/offers.ts';
import type { Shop } from '../../world/stage/shop.ts';
import { withShop } from '../../world/stage/with-shop.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

const ORDERS = 1_200;
const PIECE = 200;

let shop: Shop;

withShop((made) => (shop = made));
beforeEach(async () => {
  await shop.open([offer('a', { cap: ORDERS })]);
});

const cell = () => ({ sale: shop.sale, cell: 0 });
const cursor = async () => (await findCursor(shop.worker.pool, cell()))!;
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

/** Opens the cell again in a new epoch, as the settler would, and looks at the books. */
async function expectRebuilt(): Promise<void> {
  const { epoch } = await cursor();
  await shop.worker.directory.refresh();
  expect(await bringUpToDate(shop.worker, cell())).toBe('displaced');
  await shop.settleAll();
  expect(await cursor()).toMatchObject({ epoch: epoch + 1, state: 'open' });
  expect(await bringUpToDate(shop.worker, cell())).toMatchObject({ inbox: expect.any(Number) });
}

test('a last number that was issued again is noticed, with no entry after it', async () => {
  surely(await shop.buy({ shopper: 'u1' }));
  await shop.settleAll();
  const { redis } = shop.worker;
  const { keys } = await addressOf(shop);
  await redis.hset(keys.meta, 'tag', 'another');
  await expectRebuilt();
});

test('an order under a number that was issued again is not lost', async () => {
  surely(await shop.buy({ shopper: 'u1' }));
  await shop.settleAll();
  shop.api.watch.stop();
  const { redis, pool } = shop.worker;
  const { keys } = await addressOf(shop);
  // The cell as it was before its only order: the end of the append-only file is lost.
  const none = { seq: 0, tag: '', placed: 0, settled: 0, watermark: 0 };
  await redis.multi().hset(keys.meta, none).del(keys.outbox).hdel(keys.shoppers, 'u1').exec();
  await redis.hincrby(keys.stock, 'a', 1);
  const again = surely(await shop.buy({ shopper: 'u2', key: 'k' }));
  await expectRebuilt();
  const letters = await listDeadLetters(pool);
  const orders = await pool.query('select id from orders');
  const kept = [...orders.rows.map(({ id }) => id), ...letters.map(({ orderId }) => orderId)];
  expect(kept).toContain(again.order.id);
  await shop.api.directory.refresh();
  expect(await shop.buy({ shopper: 'u2', key: 'k' })).toMatchObject({ isReplay: true });
});

test('a ledger restored from before the last instructions of a cell is noticed', async () => {
  await setOffer(shop.api, shop.sale, offer('a', { cap: ORDERS + 5 }), OPERATOR);
  const { pool } = shop.worker;
  await pool.query('delete from instructions where number = (select last from inboxes)');
  await pool.query('update inboxes set last = last - 1');
  await expectRebuilt();
});

test('a ledger restored from before the last settlement of a cell is noticed', async () => {
  const { pool } = shop.worker;
  for (const shopper of ['u1', 'u2']) {
    surely(await shop.buy({ shopper }));
    await shop.settleAll();
  }
  await pool.query('delete from entries where seq = 2');
  await pool.query(`update cells set cursor_seq = 1, settled_orders = 1,
    cursor_tag = (select tag from entries where seq = 1)`);
  await expectRebuilt();
});

test('instructions and entries that came while the cell was told do not displace it', async () => {
  surely(await shop.buy({ shopper: 'u1' }));
  const { pool } = shop.worker;
  // Between the look at the ledger and the call of the cell, another process does all there is.
  const others = async () => {
    await setOffer(shop.api, shop.sale, offer('a', { cap: ORDERS + 5 }), OPERATOR);
    await shop.settleAll();
  };
  const late = Object.create(pool, {
    connect: {
      value: vi.fn(pool.connect.bind(pool)).mockImplementationOnce(async () => {
        const client = await pool.connect();
        const query = client.query.bind(client);
        vi.spyOn(client, 'query').mockImplementationOnce(async (...args: unknown[]) => {
          const found: unknown = await query(...(args as Parameters<typeof query>));
          await others();
          return found;
        });
        return client;
      }),
    },
  }) as typeof pool;
  const { epoch } = await cursor();
  await shop.worker.directory.refresh();
  const told = await bringUpToDate({ ...shop.worker, pool: late }, cell());
  expect(told).toMatchObject({ inbox: expect.any(Number) });
  expect(await cursor()).toMatchObject({ epoch, cursorSeq: 1 });
});

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
