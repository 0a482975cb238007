import { afterEach, beforeEach, expect, test } from 'vitest';
import { setSaleState } from '../../../src/service/terms/change-sale.ts';
import { forgetEndedSales } from '../../../src/service/terms/forget-ended-sales.ts';
import { recover } from '../../../src/service/cells/recover-cell.ts';
import { expireNow, lapse } from '../../world/stage/life.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop, ignore } from '../../world/stage/shop.ts';
import { until } from '../../world/servers/wait-until.ts';
import { withWorld } from '../../world/servers/with-stage.ts';
import type { World } from '../../world/servers/world.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

const CELLS = 8;
const HOUR_MS = 3_600_000;

let world: World;
let shop: Shop;
/** Recoveries that a process started, with their outcomes. */
let recoveries: string[];

withWorld('test', (made) => (world = made));
beforeEach(async () => {
  recoveries = [];
  const onRecovery = ({ cell }: { cell: number }, epoch: number, outcome: unknown) =>
    recoveries.push(`${cell} of epoch ${epoch}: ${String(outcome)}`);
  shop = await Shop.create(world, { observer: { ...ignore, onRecovery } });
  const dates = { opensAtMs: Date.UTC(2025, 0, 1), closesAtMs: Date.now() + HOUR_MS };
  await shop.open([offer('a', { cap: 40 })], { cells: CELLS, ...dates });
  await Promise.all(Array.from({ length: 20 }, (_, i) => shop.buy({ shopper: `u${i}` })));
  await setSaleState(shop.api, shop.sale, 'close', OPERATOR);
  await shop.settleAll();
  await lapse(shop);
  expect(await expireNow(shop)).toBe(20);
});
afterEach(async () => {
  await shop.close();
});

const forget = () => forgetEndedSales({ ...shop.worker, dropQueue: async () => {} });
const keysLeft = () => shop.worker.redis.keys(`{${shop.sale}.*`);

/** Changes the sale without notifying any process, as if only time had passed. */
async function letPass(change: string): Promise<void> {
  const client = await shop.worker.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query(`update sales set ${change}`);
  } finally {
    await client.query('reset session_replication_role');
    client.release();
  }
}

const closedLongAgo = () =>
  letPass(`closes_at = now() - interval '30 days', closed_at = now() - interval '30 days'`);
const aMinute = () => letPass(`forgotten_at = forgotten_at - interval '61 seconds'`);

async function cells(): Promise<unknown[]> {
  const text = 'select cell, epoch, state from cells order by cell';
  return (await shop.worker.pool.query(text)).rows;
}

test('every process forgets a sale before its keys go, and none rebuilds a cell', async () => {
  const [before, opened] = [await cells(), recoveries.length];
  await closedLongAgo();
  await forget();
  expect((await keysLeft()).length).toBeGreaterThanOrEqual(CELLS);
  const { directory } = shop.api;
  const describe = 'the api has forgotten the sale';
  await until(() => directory.sale(shop.sale) === undefined, { describe });
  await aMinute();
  await forget();
  expect(await keysLeft()).toEqual([]);
  await directory.refresh();
  expect(await cells()).toEqual(before);
  expect(recoveries.slice(opened)).toEqual([]);
});

test('a forgotten sale’s cell is not rebuilt, even when a process takes it for lost', async () => {
  await closedLongAgo();
  await forget();
  const before = await cells();
  const id = { sale: shop.sale, cell: 3 };
  const seen = { epoch: 1, state: 'open' } as const;
  expect(await recover(shop.worker, id, seen)).toBe('not_needed');
  await aMinute();
  await forget();
  expect(await recover(shop.worker, id, seen)).toBe('not_needed');
  expect(await keysLeft()).toEqual([]);
  expect(await cells()).toEqual(before);
});

test('forgetting a sale again changes nothing', async () => {
  const all = async () => (await shop.worker.pool.query('select * from sales')).rows;
  const revision = async () => (await shop.worker.pool.query('select * from revision')).rows;
  await closedLongAgo();
  await forget();
  const forgotten = [await all(), await revision(), (await keysLeft()).toSorted()];
  await forget();
  expect([await all(), await revision(), (await keysLeft()).toSorted()]).toEqual(forgotten);
  await aMinute();
  await forget();
  const freed = [await all(), await revision()];
  await forget();
  expect([await all(), await revision()]).toEqual(freed);
  expect(await keysLeft()).toEqual([]);
});

test('a sale keeps its keys while one of its cells is being rebuilt', async () => {
  await closedLongAgo();
  const keys = (await keysLeft()).toSorted();
  const { pool } = shop.worker;
  shop.api.watch.stop();
  await pool.query(`update cells set state = 'recovering', claimed_at = now() where cell = 5`);
  await forget();
  await aMinute();
  await forget();
  expect((await keysLeft()).toSorted()).toEqual(keys);
  const { rows } = await pool.query('select forgotten_at from sales');
  expect(rows, 'or nobody could rebuild it any more').toEqual([{ forgotten_at: null }]);
  await pool.query(`update cells set state = 'open' where cell = 5`);
  await forget();
  await aMinute();
  await forget();
  expect(await keysLeft()).toEqual([]);
});
