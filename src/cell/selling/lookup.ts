import type { Redis } from 'ioredis';
import type { IdempotencyKey, ShopperId } from '../../domain/ids.ts';
import type { PlacedOrder } from '../../domain/order.ts';
import { callScript } from '../../platform/script.ts';
import { unlessDisplaced } from './script-batches.ts';
import type { CellPlace } from '../directory.ts';
import { lookup } from '../scripts.ts';
import { unpackShopper } from './shopper-record.ts';

/**
 * The orders a cell knows of a shopper, settled or not, oldest first.
 * @returns `displaced` when the cell did not answer for this epoch
 * @throws when the connection is cut
 */
export async function findInCell(
  redis: Redis,
  place: CellPlace,
  shopper: ShopperId,
): Promise<(PlacedOrder & { key: IdempotencyKey })[] | 'displaced'> {
  const reply = await unlessDisplaced(place, () =>
    callScript(redis, lookup, place.shas!.lookup, place.keys, { shopper }),
  );
  if (reply.word === 'fenced' || reply.word === 'no_script') return 'displaced';
  return reply.word === 'found' ? unpackShopper(place.id, reply.record) : [];
}
