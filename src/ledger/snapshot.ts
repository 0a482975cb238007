import type { Pool, PoolClient } from 'pg';
import { orderId } from '../domain/ids.ts';
import type { CellId, OfferId, ShopperId, StoreId } from '../domain/ids.ts';
import type { OwnedOrder } from '../domain/order.ts';
import { unitsByOffer } from '../domain/units.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows } from '../platform/query.ts';
import type { DueOrder } from './insert-orders.ts';
import { lastInstruction } from './instructions.ts';
import { offersOfSale } from './offers.ts';
import type { OfferRow } from './offers.ts';
import { findSale } from './sales.ts';
import type { SaleRow } from './sales.ts';

/** All a cell has to hold, as of one instant. */
export interface CellContents {
  readonly sale: SaleRow;
  readonly offers: readonly OfferRow[];
  /** Units the cell may sell: allotted − held − sold − buried. Below 0 after a broken promise. */
  readonly unitsByOffer: ReadonlyMap<string, number>;
  /** Every order of the cell, settled or buried, oldest first. */
  readonly orders: readonly OwnedOrder[];
  /** The last instruction given out; its effect is in here. */
  readonly inbox: number;
}

interface OrderRow extends Omit<OwnedOrder, 'sale' | 'lines'> {
  readonly offer: OfferId;
  readonly store: StoreId;
  readonly quantity: number;
  readonly priceMinor: number;
}

interface AllotmentRow {
  offer: string;
  allotted: number;
  held: number;
  sold: number;
}

const ordersOf = query<OrderRow>('snapshot/orders');
const buriedOf = query<{ body: DueOrder }>('snapshot/buried');
const allotmentsOf = query<AllotmentRow>('allotments/of-cell');

/** Buried orders of a cell. */
export async function buriedOrders(client: PoolClient, cell: CellId): Promise<DueOrder[]> {
  return (await rows(client, buriedOf, [cell.sale, cell.cell])).map(({ body }) => body);
}

const settledOrder = (cell: CellId, row: OrderRow): OwnedOrder => ({
  ...row,
  sale: cell.sale,
  lines: [
    { offer: row.offer, store: row.store, quantity: row.quantity, priceMinor: row.priceMinor },
  ],
});

const buriedOrder = (cell: CellId, order: DueOrder): OwnedOrder => ({
  id: orderId(cell, order.serial),
  sale: cell.sale,
  shopper: order.shopper as ShopperId,
  key: order.key,
  fingerprint: order.fingerprint,
  lines: order.lines,
  payByMs: order.payByMs,
  rulesVersion: order.rulesVersion,
});

async function readContents(client: PoolClient, cell: CellId): Promise<CellContents> {
  const where = [cell.sale, cell.cell];
  const sale = await findSale(client, cell.sale);
  if (!sale) throw new Error(`no sale ${cell.sale}`);
  const offers = await offersOfSale(client, cell.sale);
  const buried = await buriedOrders(client, cell);
  const unitsLeft = new Map(
    (await rows(client, allotmentsOf, where)).map((a) => [a.offer, a.allotted - a.held - a.sold]),
  );
  for (const [offer, units] of unitsByOffer(buried.flatMap((order) => order.lines))) {
    unitsLeft.set(offer, (unitsLeft.get(offer) ?? 0) - units);
  }
  const settled = await rows(client, ordersOf, where);
  return {
    sale,
    offers,
    unitsByOffer: unitsLeft,
    orders: [
      ...settled.map((row) => settledOrder(cell, row)),
      ...buried.map((order) => buriedOrder(cell, order)),
    ],
    inbox: await lastInstruction(client, cell),
  };
}

/** Reads a cell's contents in one REPEATABLE READ transaction. */
export const cellContents = (pool: Pool, cell: CellId): Promise<CellContents> =>
  transaction(pool, (client) => readContents(client, cell), 'repeatable read');
