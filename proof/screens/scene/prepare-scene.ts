import type { Cleanup } from '../../fleet/cleanup.ts';
import { buryOrder } from './dead-letter.ts';
import { workAtDesk } from './desk.ts';
import { shopAsAlice } from './orders.ts';
import type { OrdersShown } from './orders.ts';
import { beginRush } from './rush.ts';
import { openScene } from './scene.ts';
import type { Scene, SceneServers } from './scene.ts';

/** What is in the scene once its people have come. */
export interface Things {
  readonly scene: Scene;
  readonly orders: OrdersShown;
  /** Makes a dead letter, once. @returns its id */
  letter(): Promise<string>;
}

/** Opens the sales, lets the people come, and begins the rush, which lasts until the clean-up. */
export async function prepareScene(
  servers: SceneServers,
  folder: string,
  cleanup: Cleanup,
  onError: (error: Error) => void,
): Promise<Things> {
  const scene = await openScene(servers, folder, cleanup);
  const orders = await shopAsAlice(scene);
  await workAtDesk(scene, cleanup);
  beginRush(scene, cleanup, onError);
  let letter: Promise<string> | undefined;
  return { scene, orders, letter: () => (letter ??= buryOrder(scene)) };
}
