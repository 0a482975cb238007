import { afterEach, beforeEach, test } from 'vitest';
import type { OfferId } from '../../src/domain/ids.ts';
import { patchOffer } from '../../src/ledger/put-offer.ts';
import { moveSale } from '../../src/ledger/sales.ts';
import { Shop, offer } from '../world/shop.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

let world: World;
let shop: Shop;
beforeEach(async () => {
  world = await createWorld();
  shop = await Shop.create(world);
});
afterEach(async () => {
  await shop.close();
  await world.dispose();
});
const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));

for (const what of ['patch', 'close'] as const)
test('explicit ' + what, async () => {
  await shop.open([offer('a', { cap: 100 })], { cells: 1 });
  const { pool } = shop.worker;
  const a = await pool.connect();
  await a.query('begin');
  // What payOrders (patch) or returnUnits (close) has locked before it tells the cell.
  if (what === 'close') await a.query("select from offers for no key update");
  await a.query("select from allotments for update");
  const t = performance.now();
  const patching = (what === 'patch' ? patchOffer(shop.api.pool, shop.sale, 'a' as OfferId, { cap: 10 }, null) : moveSale(shop.api.pool, shop.sale, 'close')).then((r) => console.log(what, r, performance.now() - t), (e: Error) => console.log(what, e.message));
  await wait(300);
  console.log((await pool.query("select left(query, 90) q, wait_event from pg_stat_activity where wait_event_type = 'Lock'")).rows);
  try { await a.query('update inboxes set last = last + 1'); console.log('inbox free'); } catch (e) { console.log('pay:', (e as Error).message); }
  await a.query('rollback');
  await patching;
  a.release();
}, 20000);
