import type { IdempotencyKey, OfferId, StoreId } from '../../domain/ids.ts';
import { orderId } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { plainReceipt } from '../../domain/order.ts';
import type { OwnedOrder, PlacedOrder, Receipt } from '../../domain/order.ts';
import { packReceipt, readReceipt } from '../../domain/receipt.ts';
import type { PackedReceipt } from '../../domain/receipt.ts';
import { pack, unpackAll } from '../../platform/codec.ts';

/** One order inside a record, in the layout of lua/lib/shoppers.lua. */
type PackedOrder = [
  key: IdempotencyKey,
  fingerprint: string,
  serial: string,
  /** '' and zeros for a cart, which has its receipt in place of the store. */
  offer: string,
  quantity: number,
  price: number,
  store: string | PackedReceipt,
  payBy: number,
  rulesVersion: number,
  /** Its entry's number; 0: the ledger had it when the epoch was opened. */
  seq: number,
];

/** What became of an order of the record. */
type PackedMark = [serial: string, mark: number, at: number];

/** In the place of an entry's number: the ledger has it. */
export const SETTLED = 0;
const SERIAL_LENGTH = 22;
const isMark = (one: PackedOrder | PackedMark): one is PackedMark => one.length === 3;

/** The flash lane's orders: one line, no promotion. */
const isPlain = ({ lines, applied, outOfGifts }: Receipt): boolean =>
  lines.length === 1 && applied.length === 0 && outOfGifts.length === 0;

/** A shopper's record, from the ledger: an array for each order, oldest first, before its mark. */
export function packShopper(orders: readonly OwnedOrder[]): Buffer {
  const packed = orders.map((order) => {
    const line = order.lines[0]!;
    const bought = isPlain(order)
      ? ([line.offer, line.quantity, line.priceMinor, line.store] as const)
      : (['', 0, 0, packReceipt(order)] as const);
    const serial = order.id.slice(-SERIAL_LENGTH);
    const { key, fingerprint, payByMs, rulesVersion, mark } = order;
    const one: PackedOrder = [key, fingerprint, serial, ...bought, payByMs, rulesVersion, SETTLED];
    const marks: PackedMark[] = mark ? [[serial, mark.mark, mark.atMs]] : [];
    return Buffer.concat([one, ...marks].map(pack));
  });
  return Buffer.concat(packed);
}

function receiptOf([, , , offer, quantity, priceMinor, store]: PackedOrder): Receipt {
  if (typeof store === 'string') {
    const line = { offer: offer as OfferId, store: store as StoreId, quantity, priceMinor };
    return plainReceipt([line]);
  }
  const receipt = readReceipt(store);
  if (!receipt) throw new Error('a cart without its receipt');
  return receipt;
}

/** An order of a record. */
export interface RecordedOrder extends PlacedOrder {
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
  /** Its entry's number; null: the ledger had it when the epoch was opened. */
  readonly seq: number | null;
}

/** What became of an order: one of ORDER_MARKS, and when. */
export interface RecordedMark {
  readonly mark: number;
  readonly atMs: number;
}

/** What became of the orders of a record, by serial. */
export function marksOf(record: Buffer): ReadonlyMap<string, RecordedMark> {
  const all = unpackAll(record) as (PackedOrder | PackedMark)[];
  return new Map(all.filter(isMark).map(([serial, mark, atMs]) => [serial, { mark, atMs }]));
}

/** The orders of a record, oldest first. */
export function unpackShopper(cell: CellId, record: Buffer): RecordedOrder[] {
  const all = unpackAll(record) as (PackedOrder | PackedMark)[];
  const orders = all.filter((one) => !isMark(one));
  return orders.map((order) => {
    const [key, fingerprint, serial, , , , , payByMs, rulesVersion, seq] = order;
    return {
      id: orderId(cell, serial),
      sale: cell.sale,
      key,
      fingerprint,
      ...receiptOf(order),
      payByMs,
      rulesVersion,
      seq: seq === SETTLED ? null : seq,
    };
  });
}
