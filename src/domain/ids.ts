/** Ids have brands, so that a shopper's id cannot be passed as an offer's. */
declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type SaleId = Brand<'sale'>;
export type OfferId = Brand<'offer'>;
export type StoreId = Brand<'store'>;
/** `<sale>_<cell>_<22 random characters>`. It names the cell that accepted the order. */
export type OrderId = Brand<'order'>;
/** A token's `sub`: 1–128 printable ASCII characters. A field, never part of a key. */
export type ShopperId = Brand<'shopper'>;
/** 1–64 characters of the id pattern, chosen by the client. */
export type IdempotencyKey = Brand<'key'>;

/** One cell of a sale. `cell` is an ordinal from 0. */
export interface CellId {
  readonly sale: SaleId;
  readonly cell: number;
}

export const SALE_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
export const ID = /^[A-Za-z0-9_-]{1,64}$/;
export const SHOPPER_ID = /^[\x20-\x7e]{1,128}$/;
/** The random part of an order id: 16 bytes in base64url. */
export const SERIAL = /^[A-Za-z0-9_-]{22}$/;

/** `sale.cell`, as used in hash tags, job ids and logs. */
export function cellName({ sale, cell }: CellId): string {
  return `${sale}.${cell}`;
}

/** @throws RangeError when the name is not a cell's */
export function parseCellName(name: string): CellId {
  const dot = name.lastIndexOf('.');
  const sale = name.slice(0, dot);
  const cell = name.slice(dot + 1);
  if (!SALE_ID.test(sale) || !/^\d{1,3}$/.test(cell)) throw new RangeError(`no cell: ${name}`);
  return { sale: sale as SaleId, cell: Number(cell) };
}

/** @param serial 22 characters of base64url, made at random by the caller */
export function orderId({ sale, cell }: CellId, serial: string): OrderId {
  return `${sale}_${cell}_${serial}` as OrderId;
}

/** @returns the cell and serial an order id names, or null when it is not an order id */
export function parseOrderId(id: string): { cell: CellId; serial: string } | null {
  const first = id.indexOf('_');
  const second = id.indexOf('_', first + 1);
  const sale = id.slice(0, first);
  const cell = id.slice(first + 1, second);
  const serial = id.slice(second + 1);
  if (!SALE_ID.test(sale) || !/^\d{1,3}$/.test(cell) || !SERIAL.test(serial)) return null;
  return { cell: { sale: sale as SaleId, cell: Number(cell) }, serial };
}

/**
 * A shopper's home cell: FNV-1a (32 bit) over the id's characters, modulo the number of cells. It
 * must never change: a sale's shoppers would lose their limits and keys.
 */
export function homeCell(shopper: ShopperId, cells: number): number {
  if (cells === 1) return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < shopper.length; i++) {
    hash = Math.imul(hash ^ shopper.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % cells;
}
