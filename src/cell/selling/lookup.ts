import type { IdempotencyKey, ShopperId } from '../../domain/ids.ts';
import type { PlacedOrder } from '../../domain/order.ts';
import { callScript } from '../../platform/script.ts';
import { unlessDisplaced } from './script-batches.ts';
import type { CellAddress } from '../address.ts';
import type { CellLinks } from '../connections.ts';
import { lookup } from '../scripts.ts';
import { unpackShopper } from './shopper-record.ts';

/**
 * The orders a cell knows of a shopper, settled or not, oldest first.
 * @param link the connection to ask over
 * @returns `displaced` when the cell did not answer for this epoch
 * @throws when the connection is cut
 */
export async function findInCell(
  cell: CellAddress,
  shopper: ShopperId,
  link: keyof CellLinks,
): Promise<(PlacedOrder & { key: IdempotencyKey })[] | 'displaced'> {
  const reply = await unlessDisplaced(cell, () =>
    callScript(cell[link], lookup, cell.shas!.lookup, cell.keys, { shopper }),
  );
  if (reply.word === 'fenced' || reply.word === 'no_script') return 'displaced';
  return reply.word === 'found' ? unpackShopper(cell.id, reply.record) : [];
}
