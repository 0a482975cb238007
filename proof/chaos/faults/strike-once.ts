import type { ChaosWorld } from '../world/chaos-world.ts';
import { until } from '../../fleet/until.ts';
import type { Fault, Random } from './fault.ts';

const BACK_WITHIN_MS = 20_000;

/**
 * A fault that strikes once and needs no end. If another fault has taken the server away, it
 * strikes as soon as that one is over.
 */
export function strikeOnce(
  strike: (world: ChaosWorld, random: Random) => Promise<unknown>,
): Fault['begin'] {
  return async (world, random) => {
    const hasStruck = await strike(world, random).then(
      () => true,
      () => false,
    );
    return async () => {
      if (hasStruck) return;
      await until('the server is there to be struck', BACK_WITHIN_MS, async () => {
        await strike(world, random);
        return true;
      });
    };
  };
}
