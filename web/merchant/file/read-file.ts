import type { SaleFile } from '../../../client/index.ts';
import { fieldsOf } from '../../kit/api/ask-json.ts';

/** A body of the API is at most this large. */
const BYTES_MOST = 8 * 1024 * 1024;

export type FileFault =
  | { readonly kind: 'tooLarge' | 'notJson' | 'notFile' }
  | { readonly kind: 'otherSale'; readonly id: string };

export type ReadFile = { readonly kind: 'read'; readonly file: SaleFile } | FileFault;

/** Only what the page needs: the service checks all of it, and points at what is wrong. */
function isSaleFile(value: unknown): value is SaleFile {
  const { sale, offers } = fieldsOf(value);
  return typeof fieldsOf(sale)['id'] === 'string' && Array.isArray(offers);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the text of a sale file. @param sale that it must be about */
export function readSaleFile(text: string, sale: string): ReadFile {
  const value = parse(text);
  if (value === undefined) return { kind: 'notJson' };
  if (!isSaleFile(value)) return { kind: 'notFile' };
  const { id } = value.sale;
  return id === sale ? { kind: 'read', file: value } : { kind: 'otherSale', id };
}

/** Reads a file that the visitor chose. */
export async function readChosen(
  chosen: Pick<File, 'size' | 'text'>,
  sale: string,
): Promise<ReadFile> {
  return chosen.size > BYTES_MOST ? { kind: 'tooLarge' } : readSaleFile(await chosen.text(), sale);
}
