import type { IdempotencyKey, OfferId, SaleId, StoreId } from '../domain/ids.ts';
import { orderId } from '../domain/ids.ts';
import type { CellId } from '../domain/ids.ts';
import type { OwnedOrder, PlacedOrder } from '../domain/order.ts';
import { pack, unpackAll } from '../platform/codec.ts';

/** One order inside a record, in the layout of lua/lib/shoppers.lua. */
type PackedOrder = [
  key: string,
  fingerprint: string,
  serial: string,
  offer: string,
  quantity: number,
  price: number,
  store: string,
  payBy: number,
  rulesVersion: number,
];

const SERIAL_LENGTH = 22;

/** The record a cell holds of a shopper: an array an order, oldest first. */
export function packShopper(orders: readonly OwnedOrder[]): Buffer {
  const packed = orders.map((order) => {
    const line = order.lines[0]!;
    return pack([
      order.key,
      order.fingerprint,
      order.id.slice(-SERIAL_LENGTH),
      line.offer,
      line.quantity,
      line.priceMinor,
      line.store,
      order.payByMs,
      order.rulesVersion,
    ] satisfies PackedOrder);
  });
  return Buffer.concat(packed);
}

/** The orders of a record, oldest first. */
export function unpackShopper(
  cell: CellId,
  record: Buffer,
): (PlacedOrder & { key: IdempotencyKey })[] {
  const orders = unpackAll(record) as PackedOrder[];
  return orders.map(
    ([key, , serial, offer, quantity, priceMinor, store, payByMs, rulesVersion]) => ({
      id: orderId(cell, serial),
      sale: cell.sale as SaleId,
      key: key as IdempotencyKey,
      lines: [{ offer: offer as OfferId, store: store as StoreId, quantity, priceMinor }],
      payByMs,
      rulesVersion,
    }),
  );
}
