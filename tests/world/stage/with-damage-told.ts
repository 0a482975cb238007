import { beforeEach } from 'vitest';
import type { Observer } from '../../../src/process/wiring/observer.ts';
import { withStage } from '../servers/with-stage.ts';
import type { Per } from '../servers/with-stage.ts';
import { Shop, ignore } from './shop.ts';

/**
 * Gives tests a shop that tells what is found damaged in its cells.
 * @param options what else it tells
 * @returns what was told during the present test, the oldest first
 */
export function withDamageTold(
  per: Per,
  take: (shop: Shop) => void,
  options: Partial<Observer> = {},
): readonly string[] {
  const found: string[] = [];
  const onCorrupt: Observer['onCorrupt'] = (_, what) => void found.push(what);
  const observer = { ...ignore, ...options, onCorrupt };
  withStage(per, (world) => Shop.create(world, { observer }), take);
  beforeEach(() => void found.splice(0));
  return found;
}
