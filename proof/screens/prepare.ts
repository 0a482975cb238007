import type { Cleanup } from '../fleet/cleanup.ts';
import { buryOrder } from './scene/dead-letter.ts';
import { workAtDesk } from './scene/desk.ts';
import { shopAsAlice } from './scene/orders.ts';
import { beginRush } from './scene/rush.ts';
import { openScene } from './scene/scene.ts';
import type { SceneServers } from './scene/scene.ts';
import type { Things } from './shots/shot.ts';

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
