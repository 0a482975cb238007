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
];

/** What became of an order of the record. */
type PackedMark = [serial: string, mark: number, at: number];

const SERIAL_LENGTH = 22;
const isMark = (one: PackedOrder | PackedMark): one is PackedMark => one.length === 3;

/** The flash lane's orders: one line, no promotion. */
const isPlain = ({ lines, applied, outOfGifts }: Receipt): boolean =>
  lines.length === 1 && applied.length === 0 && outOfGifts.length === 0;

/** A shopper's record in a cell: one array for each order, oldest first, each before its mark. */
export function packShopper(orders: readonly OwnedOrder[]): Buffer {
  const packed = orders.map((order) => {
    const line = order.lines[0]!;
    const bought = isPlain(order)
      ? ([line.offer, line.quantity, line.priceMinor, line.store] as const)
      : (['', 0, 0, packReceipt(order)] as const);
    const serial = order.id.slice(-SERIAL_LENGTH);
    const { key, fingerprint, payByMs, rulesVersion, mark } = order;
    const one: PackedOrder = [key, fingerprint, serial, ...bought, payByMs, rulesVersion];
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

/** The orders of a record, oldest first. */
export function unpackShopper(
  cell: CellId,
  record: Buffer,
): (PlacedOrder & { key: IdempotencyKey })[] {
  const all = unpackAll(record) as (PackedOrder | PackedMark)[];
  const orders = all.filter((one) => !isMark(one));
  return orders.map((order) => {
    const [key, , serial, , , , , payByMs, rulesVersion] = order;
    return {
      id: orderId(cell, serial),
      sale: cell.sale,
      key,
      ...receiptOf(order),
      payByMs,
      rulesVersion,
    };
  });
}
