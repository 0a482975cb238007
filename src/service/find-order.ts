import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { Directory } from '../cell/directory.ts';
import { findInCell } from '../cell/find-order.ts';
import { homeCell, parseOrderId } from '../domain/ids.ts';
import type { ShopperId } from '../domain/ids.ts';
import { orderView } from '../domain/order.ts';
import type { OrderView } from '../domain/order.ts';
import { BUSY, NOT_FOUND } from '../domain/refusal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { findOrder, ordersOfShopper } from '../ledger/orders.ts';
import type { SettledOrder } from '../ledger/orders.ts';

export interface FindOrderDeps {
  readonly pool: Pool;
  readonly redis: Redis;
  readonly directory: Directory;
}

const settledView = (order: SettledOrder): OrderView => orderView(order, order.state, true);

/** Null when the ledger has no such order of this shopper, or is away. */
async function inLedger(
  { pool }: FindOrderDeps,
  order: string,
  shopper: ShopperId,
): Promise<OrderView | null> {
  const found = await findOrder(pool, order, shopper).catch(() => null);
  return found && settledView(found);
}

/**
 * An order of its owner, also before it is settled: the ledger, then the cell, then the ledger
 * again, for it may have settled in between. `not_found` only when the cell answered.
 */
export async function findOrderOf(
  deps: FindOrderDeps,
  id: string,
  shopper: ShopperId,
): Promise<OrderView | Refusal> {
  const named = parseOrderId(id);
  if (!named) return NOT_FOUND;
  const first = await inLedger(deps, id, shopper);
  if (first) return first;
  const place = deps.directory.cell(named.cell);
  if (!place) return NOT_FOUND;
  const held = await findInCell(deps.redis, place, shopper).catch(() => 'displaced' as const);
  const second = await inLedger(deps, id, shopper);
  if (second) return second;
  if (held === 'displaced') return BUSY;
  const order = held.find((other) => other.id === id);
  return order ? orderView(order, 'reserved', false) : NOT_FOUND;
}

/** A shopper's orders in a sale, oldest first, at most 64: the ledger's, then those not settled. */
export async function ordersOf(
  { pool, redis, directory }: FindOrderDeps,
  saleId: string,
  shopper: ShopperId,
): Promise<OrderView[] | Refusal> {
  const sale = directory.sale(saleId);
  if (!sale) return NOT_FOUND;
  if (sale.cells.length === 0) return [];
  const place = sale.cells[homeCell(shopper, sale.cells.length)]!;
  const held = await findInCell(redis, place, shopper).catch(() => 'displaced' as const);
  const settled = await ordersOfShopper(pool, saleId, shopper).catch(() => null);
  if (held === 'displaced' || settled === null) return BUSY;
  const known = new Set<string>(settled.map(({ id }) => id));
  const unsettled = held.filter(({ id }) => !known.has(id));
  return [...settled.map(settledView), ...unsettled.map((o) => orderView(o, 'reserved', false))];
}
