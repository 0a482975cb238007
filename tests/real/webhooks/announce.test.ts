import { beforeEach, expect, test } from 'vitest';
import { deleteOldDeliveries } from '../../../src/ledger/webhooks/clear-deliveries.ts';
import { announceStockLevels } from '../../../src/ledger/webhooks/announce-stock-levels.ts';
import { cart } from '../../../proof/builders/entries.ts';
import { LedgerSale, cartOffer } from '../../../proof/builders/ledger-sale.ts';
import { putOffer } from '../../../src/ledger/terms/put-offer.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';
import { until } from '../../world/servers/wait-until.ts';
import { announce, deliveries, listen } from '../../world/stage/webhooks.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let sale: LedgerSale;

const HOOK = 'https://shop.example/hook';

withStage('test', LedgerSale.create, (made) => (sale = made));
beforeEach(async () => {
  await sale.open();
});

/** The bodies of an endpoint’s due deliveries, oldest first. */
const told = async (id = 'w1', store: string | null = null) =>
  (await deliveries(sale.pool, sale.id, 'due', id, store)).map(({ body }) => body as Told);

interface Told {
  readonly type: string;
  readonly data: { readonly order: Record<string, unknown>; readonly offer: object };
}

const LINES = ['a', 's1', 2, 1_000, 'c', 's2', 1, 500];

const line = (fields: object) => ({ refunded: 0, ...fields });
const money = (price: number, net: number) => ({ price, activity: net, net });

test('a settled order is announced with its lines to endpoints of that kind alone', async () => {
  await listen(sale.pool, sale.id, HOOK);
  await listen(sale.pool, sale.id, HOOK, { id: 'w2', kinds: ['order.paid'] });
  const order = cart({ shopper: 'u1', lines: LINES });
  await sale.settle({ orders: [order] });
  const id = `${sale.id}_0_${order.serial}`;
  expect(await told()).toEqual([
    {
      id: expect.stringMatching(/^delivery_\d+$/),
      createdAt: expect.any(String),
      type: 'order.placed',
      version: 1,
      timestamp: expect.any(String),
      data: {
        order: {
          ...{ id, sale: sale.id, state: 'reserved', shopper: 'u1', total: 2_500, refunded: 0 },
          lines: [
            line({ line: 0, offer: 'a', store: 's1', quantity: 2, ...money(1_000, 2_000) }),
            line({ line: 1, offer: 'c', store: 's2', quantity: 1, ...money(500, 500) }),
          ],
        },
      },
    },
  ]);
  expect(await told('w2')).toEqual([]);
  await announce(sale.pool, 'order.paid', [id]);
  expect(await told('w2')).toMatchObject([{ type: 'order.paid', data: { order: { id } } }]);
});

test('a merchant’s endpoint gets its own lines and their total, but not the shopper', async () => {
  await listen(sale.pool, sale.id, HOOK, { store: 's2', by: 's2' });
  await listen(sale.pool, sale.id, HOOK, { id: 'ops', store: 's2' });
  const mixed = cart({ shopper: 'u1', lines: LINES });
  await sale.settle({ orders: [mixed, cart({ shopper: 'u2', lines: ['a', 's1', 1, 1_000] })] });
  const [only, ...none] = await told('w1', 's2');
  expect(none).toEqual([]);
  const { order } = only!.data;
  expect(order).toMatchObject({ store: 's2', total: 500, lines: [{ line: 1, offer: 'c' }] });
  expect(order['lines']).toHaveLength(1);
  expect(Object.keys(order)).toEqual(['id', 'sale', 'state', 'store', 'total', 'lines']);
  expect(await told('ops')).toMatchObject([{ data: { order: { shopper: 'u1', total: 500 } } }]);
});

test('a merchant’s endpoint gets a refund only when its own lines were refunded', async () => {
  for (const store of ['s1', 's2']) {
    await listen(sale.pool, sale.id, HOOK, {
      id: store,
      kinds: ['order.refunded'],
      store,
      by: store,
    });
  }
  const order = cart({ shopper: 'u1', lines: LINES });
  await sale.settle({ orders: [order] });
  await sale.pool.query('update order_lines set refunded = 1 where line = 1');
  await announce(sale.pool, 'order.refunded', [`${sale.id}_0_${order.serial}`]);
  expect(await told('s1', 's1')).toEqual([]);
  expect(await told('s2', 's2')).toMatchObject([{ data: { order: { lines: [{ refunded: 1 }] } } }]);
});

test('an endpoint deleted while orders settle does not stop them', async () => {
  await listen(sale.pool, sale.id, HOOK);
  const client = await sale.pool.connect();
  await client.query('begin');
  await client.query('delete from webhooks');
  const settling = sale.settle({ orders: [cart({ shopper: 'u1' })] });
  const waiting = `select count(*)::int as n from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`;
  const isWaiting = async () => (await sale.pool.query<{ n: number }>(waiting)).rows[0]!.n > 0;
  await until(isWaiting, { describe: 'settlement waits for the endpoint' });
  await client.query('commit');
  client.release();
  expect(await settling).toMatchObject({ orders: 1, buried: 0 });
});

/** Lets orders hold this many of the 100 units of `a`. */
const hold = (units: number) =>
  sale.pool.query("update allotments set held = $1 where offer = 'a'", [units]);

const types = async (...of: Parameters<typeof told>) => (await told(...of)).map(({ type }) => type);

test('an offer that runs low, sells out or comes back is announced once a change', async () => {
  const kinds = ['stock.low', 'stock.sold_out', 'stock.back'] as const;
  await listen(sale.pool, sale.id, HOOK, { kinds });
  await listen(sale.pool, sale.id, HOOK, { id: 's2', kinds, store: 's2', by: 's2' });
  for (const units of [0, 89, 90, 95, 100, 100, 99, 0, 100]) {
    await hold(units);
    await announceStockLevels(sale.pool);
  }
  expect(await types()).toEqual(['stock.low', 'stock.sold_out', 'stock.back', 'stock.sold_out']);
  const [low] = await told();
  expect(low!.data.offer).toEqual({
    ...{ id: 'a', sale: sale.id, store: 's1', title: 'Offer a' },
    ...{ stock: 'low', unitsLeft: 10, cap: 100 },
  });
  expect(await types('s2', 's2')).toEqual([]);
});

test.each([
  ['units', { units: 30 }, [69, 70], 30],
  ['percent of the cap', { percent: 2 }, [97, 98], 2],
  ['no units', { units: 0 }, [99], null],
  ['0 percent', { percent: 0 }, [99], null],
])('an offer runs low at its warning line: %s', async (_, warnAt, held, unitsLeft) => {
  await listen(sale.pool, sale.id, HOOK, { kinds: ['stock.low'] });
  await putOffer(sale.pool, sale.id, cartOffer('a', { warnAt }), OPERATOR);
  for (const units of held) {
    expect(await told()).toEqual([]);
    await hold(units);
    await announceStockLevels(sale.pool);
  }
  const expected = unitsLeft === null ? [] : [{ data: { offer: { stock: 'low', unitsLeft } } }];
  expect(await told()).toMatchObject(expected);
});

test('only one process at a time looks at stock levels', async () => {
  await listen(sale.pool, sale.id, HOOK, { kinds: ['stock.sold_out'] });
  await hold(100);
  const client = await sale.pool.connect();
  await client.query('begin');
  await client.query("select pg_advisory_xact_lock(hashtextextended('stock levels', 0))");
  const made = await announceStockLevels(sale.pool);
  await client.query('commit');
  client.release();
  expect(made).toBe(0);
  expect(await announceStockLevels(sale.pool)).toBe(1);
  await Promise.all(Array.from({ length: 8 }, () => announceStockLevels(sale.pool)));
  expect(await types()).toEqual(['stock.sold_out']);
});

test('a finished delivery is deleted after a day, a dead one after thirty days', async () => {
  await listen(sale.pool, sale.id, HOOK);
  await sale.settle({ orders: Array.from({ length: 5 }, (_, i) => cart({ shopper: `u${i}` })) });
  const ended = ['done 23', 'done 25', 'dead 719', 'dead 721'];
  const rows = (await sale.pool.query('select id from webhook_deliveries order by id')).rows;
  for (const [i, how] of ended.entries()) {
    const [state, hours] = how.split(' ');
    const text = `update webhook_deliveries set state = $2, error = $3,
      ended_at = now() - $4 * interval '1 hour' where id = $1`;
    await sale.pool.query(text, [rows[i].id, state, how, hours]);
  }
  await deleteOldDeliveries(sale.pool, new AbortController().signal);
  const left = 'select error, state from webhook_deliveries order by id';
  expect((await sale.pool.query(left)).rows).toEqual([
    { error: 'done 23', state: 'done' },
    { error: 'dead 719', state: 'dead' },
    { error: null, state: 'due' },
  ]);
});

test('a look at stock levels does not make processes reload the sale', async () => {
  await listen(sale.pool, sale.id, HOOK, { kinds: ['stock.sold_out'] });
  const revision = () => sale.one<number>('select last from revision where $1 <> $2', '');
  const before = await revision();
  await hold(100);
  await announceStockLevels(sale.pool);
  expect(await revision()).toBe(before);
});
