import { isNoScript } from '../platform/script.ts';
import type { CellAddress } from './cell-address.ts';
import type { Fenced } from './replies.ts';

/** The cell has to be found or opened again; nothing was written. */
export type Displaced = Fenced | { readonly word: 'no_script' };

/** @returns what the call answers, or that the cell is elsewhere */
export async function unlessDisplaced<Reply>(
  cell: CellAddress,
  call: () => Promise<Reply>,
): Promise<Reply | Displaced> {
  if (!cell.shas) return { word: 'fenced', epoch: '' };
  try {
    return await call();
  } catch (error) {
    if (isNoScript(error)) return { word: 'no_script' };
    throw error;
  }
}
