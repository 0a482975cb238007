import { Shop } from './shop.ts';
import { withStage } from '../servers/with-stage.ts';
import type { World } from '../servers/world.ts';

/** Gives each test of a file a shop in a world of its own, and closes both after it. */
export const withShop = (take: (shop: Shop, world: World) => void): void =>
  withStage('test', Shop.create, take);
