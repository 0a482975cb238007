import { readSale } from '../fleet/sale-admin.ts';
import type { SaleFile } from '../fleet/sale-admin.ts';
import type { DemoOptions } from './options.ts';

const ID_CHARACTERS = 32;

/** Reads a sale file. On external servers the sale gets a new id, for the file's may exist. */
export function demoSale(
  path: string,
  { cells, external }: Pick<DemoOptions, 'cells' | 'external'>,
): SaleFile {
  const file = readSale(path);
  const suffix = external ? `-${Date.now().toString(36)}` : '';
  const id = `${file.sale.id.slice(0, ID_CHARACTERS - suffix.length)}${suffix}`;
  return { ...file, sale: { ...file.sale, id, ...(cells === undefined ? {} : { cells }) } };
}
