import type { ShopperId } from '../../domain/ids.ts';
import { callScript, defineScript } from '../../platform/script.ts';
import type { CellAddress } from '../cell-address.ts';
import type { CellLinks } from '../connections.ts';
import { unlessDisplaced } from '../displaced.ts';
import type { Displaced } from '../displaced.ts';
import { fenced, unexpected } from '../replies.ts';
import type { Fenced } from '../replies.ts';
import { marksOf, unpackShopper } from './shopper-record.ts';
import type { RecordedMark, RecordedOrder } from './shopper-record.ts';

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

/** What a cell knows of a shopper. */
export interface KnownShopper {
  readonly word: 'known';
  /** Settled or not, oldest first. */
  readonly orders: RecordedOrder[];
  /** What became of them, by serial. */
  readonly marks: ReadonlyMap<string, RecordedMark>;
}

const NOBODY: KnownShopper = { word: 'known', orders: [], marks: new Map() };

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
): Promise<KnownShopper | Displaced> {
  const reply = await unlessDisplaced(cell, () =>
    callScript(cell[link], lookup, cell.shas!.lookup, cell.keys, { shopper }),
  );
  if (reply.word === 'none') return NOBODY;
  if (reply.word !== 'found') return reply;
  const { record } = reply;
  const read = unlessUnreadable(() => ({
    orders: unpackShopper(cell.id, record),
    marks: marksOf(record),
  }));
  return read ? { word: 'known', ...read } : { word: 'damaged', found: UNREADABLE };
}
