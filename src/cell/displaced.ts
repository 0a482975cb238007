import { isNoScript, isScriptError } from '../platform/script.ts';
import type { CellAddress } from './cell-address.ts';
import type { Fenced } from './replies.ts';

/** A script raised: keys of the cell are gone or of another type, or a field is none of ours. */
export interface Damaged {
  readonly word: 'damaged';
  readonly found: string;
}

/** The cell has to be found or opened again; nothing was written. */
export type Displaced = Fenced | { readonly word: 'no_script' } | Damaged;

/** @returns what the call answers, or that the cell is elsewhere or damaged */
export async function unlessDisplaced<Reply>(
  cell: CellAddress,
  call: () => Promise<Reply>,
): Promise<Reply | Displaced> {
  if (!cell.shas) return { word: 'fenced', epoch: '' };
  try {
    return await call();
  } catch (error) {
    if (isNoScript(error)) return { word: 'no_script' };
    if (isScriptError(error)) return { word: 'damaged', found: error.message };
    throw error;
  }
}
