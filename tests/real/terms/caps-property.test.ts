import { expect, test } from 'vitest';
import { createPool } from '../../../src/platform/postgres.ts';
import { alignAllCaps } from '../../../src/ledger/terms/align-caps.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { Shop } from '../../world/stage/shop.ts';
import { Storm } from '../../world/checks/storm.ts';
import { createWorld } from '../../world/servers/world.ts';
import type { World } from '../../world/servers/world.ts';

/** Seeds that once failed stay in the list; the last seed is new in each run. */
const SEEDS = [1, 2, 339_231, Date.now() % 1_000_000];
const OFFERS = ['a', 'b'];
const STEPS = 80;

/** Settles and aligns until no withdrawal, avoidable debt or unassigned unit is left. */
async function calm(shop: Shop): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await shop.settleAll();
    await alignAllCaps(shop.worker.pool);
  }
}

async function deadlocksOf(world: World): Promise<number> {
  const pool = createPool(world.databaseUrl, { onError: () => {} });
  const text = 'select deadlocks::integer from pg_stat_database where datname = current_database()';
  const { rows } = await pool.query<{ deadlocks: number }>(text);
  await pool.end();
  return rows[0]!.deadlocks;
}

async function expectNobodyRobbed(shop: Shop, storm: Storm): Promise<void> {
  const { rows } = await shop.worker.pool.query<{ id: string; state: string }>(
    'select id, state from orders where sale = $1',
    [shop.sale],
  );
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  expect(states.size).toBe(storm.bought.length);
  for (const { id } of storm.bought) {
    const may = ['reserved', 'paid', ...(storm.ended.has(id) ? ['cancelled', 'expired'] : [])];
    expect(may, `the state of ${id}`).toContain(states.get(id));
  }
}

/** Every unit under the caps is sold, held or on sale, and debt is only what is sold or held. */
async function expectLevel(shop: Shop): Promise<void> {
  const { rows } = await shop.worker.pool.query<Record<string, number>>(
    `select f.cap, f.debt, f.assigned, sum(a.held + a.sold)::integer as committed
    from offers f join allotments a on a.sale = f.sale and a.offer = f.id
    where f.sale = $1 group by f.sale, f.id`,
    [shop.sale],
  );
  let free = 0;
  for (const { cap, debt, assigned, committed } of rows as Record<string, number>[]) {
    expect({ debt, assigned }).toEqual({
      debt: Math.max(0, committed! - cap!),
      assigned: Math.max(cap!, committed!),
    });
    free += Math.max(0, cap! - committed!);
  }
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toMatchObject({ available: free, unsettled: 0, unassigned: 0, buried: 0 });
}

test.each(SEEDS)('caps that move at random under load break no promise, seed %i', async (seed) => {
  const world = await createWorld();
  const shop = await Shop.create(world);
  await shop.open(
    OFFERS.map((id) => offer(id, { cap: 40 })),
    { cells: 4 },
  );
  const storm = new Storm(shop, OFFERS);
  await storm.rage(seed, STEPS);
  expect(storm.oversold).toEqual([]);
  for (const count of Object.values(storm.counts)) expect(count).toBeGreaterThan(0);
  expect(storm.looks).toBeGreaterThan(10);
  await calm(shop);
  await expectNobodyRobbed(shop, storm);
  await expectLevel(shop);
  await shop.close();
  expect(await deadlocksOf(world), 'deadlocks').toBe(0);
  await world.dispose();
});
