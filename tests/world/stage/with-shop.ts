import { afterEach, beforeEach } from 'vitest';
import { Shop } from './shop.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';

/** Gives each test of a file a shop in a world of its own, and closes both after it. */
export function withShop(take: (shop: Shop, world: World) => void): void {
  let world: World;
  let shop: Shop;
  beforeEach(async () => {
    world = await createWorld();
    shop = await Shop.create(world);
    take(shop, world);
  });
  afterEach(async () => {
    await shop.close();
    await world.dispose();
  });
}
