import type { ShopperId } from '../../domain/ids.ts';
import { callScript, defineScript } from '../../platform/script.ts';
import type { CellAddress } from '../cell-address.ts';
import type { CellLinks } from '../connections.ts';
import { unlessDisplaced } from '../displaced.ts';
import type { Displaced } from '../displaced.ts';
import { fenced, unexpected } from '../replies.ts';
import type { Fenced } from '../replies.ts';
import { unpackShopper } from './shopper-record.ts';
import type { RecordedOrder } from './shopper-record.ts';

export const lookup = defineScript('lookup', {
  keys: ['fence', 'meta', 'shoppers'],
  args: ['shopper'],
  flags: 'no-writes',
  isBinary: true,
  decode: (reply): { word: 'found'; record: Buffer } | { word: 'none' } | Fenced => {
    const word = String(reply[0]);
    if (word === 'fenced') return fenced(reply);
    if (word === 'none') return { word };
    if (word === 'found') return { word, record: reply[1] as Buffer };
    return unexpected('lookup', word);
  },
});

const UNREADABLE = 'the record of a shopper cannot be read';

function unlessUnreadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/**
 * Finds the orders of a shopper that a cell knows, settled or not, oldest first.
 * @param link the connection to ask over
 * @returns that the cell is elsewhere, or that the record cannot be read
 * @throws when the connection is cut
 */
export async function findInCell(
  cell: CellAddress,
  shopper: ShopperId,
  link: keyof CellLinks,
): Promise<{ readonly word: 'known'; readonly orders: RecordedOrder[] } | Displaced> {
  const reply = await unlessDisplaced(cell, () =>
    callScript(cell[link], lookup, cell.shas!.lookup, cell.keys, { shopper }),
  );
  if (reply.word === 'none') return { word: 'known', orders: [] };
  if (reply.word !== 'found') return reply;
  const orders = unlessUnreadable(() => unpackShopper(cell.id, reply.record));
  return orders ? { word: 'known', orders } : { word: 'damaged', found: UNREADABLE };
}
