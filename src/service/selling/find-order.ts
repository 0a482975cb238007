import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { findInCell } from '../../cell/selling/lookup.ts';
import type { RecordedOrder } from '../../cell/selling/shopper-record.ts';
import { homeCell, parseOrderId } from '../../domain/ids.ts';
import type { CellId, SaleId, ShopperId } from '../../domain/ids.ts';
import { isAnnounced } from '../../domain/people/viewer.ts';
import { orderView, settledView } from '../../domain/order.ts';
import { BUSY, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { findSettledOrder, ordersOfShopper } from '../../ledger/orders/read-orders.ts';
import type { SettledOrder } from '../../ledger/orders/read-orders.ts';
import { within } from '../../platform/deadline.ts';
import type { Time } from '../../platform/time.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { RecoverOnce } from '../cells/recover-once-at-a-time.ts';
import { nameOrders } from './named-order.ts';
import type { NamedOrder, Unnamed } from './named-order.ts';

export interface FindOrdersDeps extends FindOrderDeps {
  readonly time: Pick<Time, 'now'>;
}

export interface FindOrderDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  readonly recoverOnce: Pick<RecoverOnce, 'heal'>;
}

/** What a cell knows of a shopper's orders. One that is damaged is recovered. */
async function heldBy(
  { recoverOnce }: FindOrderDeps,
  cell: CellAddress,
  shopper: ShopperId,
): Promise<readonly RecordedOrder[] | 'away'> {
  const held = await unlessAway(findInCell(cell, shopper, 'steady'));
  if (held === 'away') return held;
  if (held.word === 'known') return held.orders;
  if (held.word === 'damaged') recoverOnce.heal(cell, held);
  return 'away';
}

const ofLedger = (order: SettledOrder): Unnamed => {
  return { view: settledView(order, order.state), placedAtMs: order.placedAtMs };
};

const ofCell = (order: RecordedOrder): Unnamed => {
  return { view: orderView(order, 'reserved', false), placedAtMs: null };
};

/** A ledger that takes longer counts as away: the cell may know the order. */
const LEDGER_MS = 1_000;

/** Null when the ledger has no such order of this shopper. */
async function inLedger(
  { pool }: FindOrderDeps,
  order: string,
  shopper: ShopperId,
): Promise<Unnamed | 'away' | null> {
  const asked = within(LEDGER_MS, () => findSettledOrder(pool, order, shopper));
  const found = await unlessAway(asked);
  return found && found !== 'away' ? ofLedger(found) : found;
}

/** Null when the cell, if there is one, answered and does not know the order. */
async function inCell(
  deps: FindOrderDeps,
  cell: CellId,
  order: string,
  shopper: ShopperId,
): Promise<Unnamed | 'away' | null> {
  const address = deps.directory.cell(cell);
  if (!address) return null;
  const held = await heldBy(deps, address, shopper);
  if (held === 'away') return 'away';
  const found = held.find(({ id }) => id === order);
  return found ? ofCell(found) : null;
}

/** Null when both answered and neither knows the order. */
async function found(
  deps: FindOrderDeps,
  cell: CellId,
  id: string,
  shopper: ShopperId,
): Promise<Unnamed | 'away' | null> {
  const first = await inLedger(deps, id, shopper);
  if (first && first !== 'away') return first;
  const held = await inCell(deps, cell, id, shopper);
  const second = first ?? (await inLedger(deps, id, shopper));
  if (second && second !== 'away') return second;
  return held ?? second;
}

/**
 * Finds an order of its owner, also before it is settled: in the ledger, then in the cell, then in
 * the ledger again, for it may have settled in between. It says `not_found` only when both
 * answered. While the ledger is away, the cell alone may find the order as it was placed.
 */
export async function findOrderOf(
  deps: FindOrderDeps,
  id: string,
  shopper: ShopperId,
): Promise<NamedOrder | Refusal> {
  const named = parseOrderId(id);
  if (!named) return NOT_FOUND;
  const order = await found(deps, named.cell, id, shopper);
  if (order === null) return NOT_FOUND;
  if (order === 'away') return BUSY;
  return (await nameOrders(deps, named.cell.sale, [order]))[0]!;
}

/** A shopper's orders in a sale, oldest first, at most 64: the ledger's, then those not settled. */
export async function ordersOf(
  deps: FindOrdersDeps,
  saleId: SaleId,
  shopper: ShopperId,
): Promise<NamedOrder[] | Refusal> {
  const { pool, directory, time } = deps;
  const sale = directory.sale(saleId);
  if (!sale) return NOT_FOUND;
  if (sale.cells.length === 0) return isAnnounced(sale.sale, time.now()) ? [] : NOT_FOUND;
  const home = sale.cells[homeCell(shopper, sale.cells.length)]!;
  const held = await heldBy(deps, home, shopper);
  const settled = await unlessAway(ordersOfShopper(pool, saleId, shopper));
  if (held === 'away' || settled === 'away') return BUSY;
  const known = new Set<string>(settled.map(({ id }) => id));
  const unsettled = held.filter(({ id }) => !known.has(id));
  return nameOrders(deps, saleId, [...settled.map(ofLedger), ...unsettled.map(ofCell)]);
}
