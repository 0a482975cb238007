import { afterEach, beforeEach, expect, test } from 'vitest';
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

for (const cells of [1, 4]) {
  test(`a rush sells exactly the cap and settles it, ${cells} cells`, async () => {
    await shop.open([offer('a', { cap: 100, limitPerShopper: 2 })], { cells });
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, i) => shop.buy({ shopper: `u${i}` })),
    );
    const placed = answers.filter((answer) => 'order' in answer);
    const codes = new Set(answers.flatMap((answer) => ('code' in answer ? [answer.code] : [])));
    expect(placed).toHaveLength(100);
    expect([...codes]).toEqual(['sold_out']);
    const before = await shop.audit();
    expect(before.brokenPromises).toEqual([]);
    expect(before.units).toMatchObject({ cap: 100, unsettled: 100, held: 0, available: 0 });
    await shop.settleAll();
    const after = await shop.audit();
    expect(after.brokenPromises).toEqual([]);
    expect(after.units).toMatchObject({ cap: 100, unsettled: 0, held: 100, available: 0 });
  });
}
