import type { Pool, PoolClient } from 'pg';
import type { Rules } from '../../domain/pricing/cart.ts';
import { orderId } from '../../domain/ids.ts';
import type { CellId, SaleId } from '../../domain/ids.ts';
import { ORDER_MARKS } from '../../domain/inbox-instruction.ts';
import type { Applied, OrderLine, OrderState, OwnedOrder } from '../../domain/order.ts';
import { takenFromPots } from '../../domain/pricing/order-spending.ts';
import { unitsByOffer } from '../../domain/units.ts';
import type { Wallet } from '../../domain/wallet.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import { claimsOf, ordersOf, readIncoming } from '../books/incoming-orders.ts';
import type { Incoming, IncomingBody, IncomingOrder } from '../books/incoming-orders.ts';
import { lastInstruction } from '../instructions.ts';
import { offersInCells } from '../terms/offer-rows.ts';
import type { OfferRow } from '../terms/offer-rows.ts';
import { findSale } from '../sale-row.ts';
import type { SaleRow } from '../sale-row.ts';
import { walletsOfCell } from '../books/wallets-of-cell.ts';
import { openWithdrawals } from '../books/withdrawals.ts';
import { rulesOfSale } from '../terms/sale-rules.ts';

/** Everything that a cell must hold, as of one instant. */
export interface CellContents {
  readonly sale: SaleRow;
  readonly rules: Rules;
  readonly offers: readonly OfferRow[];
  /** What the cell may sell: allotted − held − sold − buried. Below 0 after a broken promise. */
  readonly unitsByOffer: ReadonlyMap<string, number>;
  /** What is left in budgets and quotas: allotted − spent − buried. */
  readonly potsLeft: ReadonlyMap<string, number>;
  /** Every order of the cell, settled or buried, oldest first. */
  readonly orders: readonly OwnedOrder[];
  /** One for every shopper of the cell who was granted something or claimed something. */
  readonly wallets: readonly Wallet[];
  /** The number of the last instruction. These contents include its effect. */
  readonly inbox: number;
  /** The cell has not handed back some units that it was asked for; they count as its own. */
  readonly isAsked: boolean;
}

/** An order with one of its lines. */
export interface LineRow
  extends Omit<OwnedOrder, 'sale' | 'lines' | 'applied' | 'mark'>, OrderLine {
  readonly state: OrderState;
  /** Null while reserved. */
  readonly movedAtMs: number | null;
}

export interface AppliedRow extends Applied {
  readonly orderId: string;
  readonly place: number;
}

interface AllotmentRow {
  offer: string;
  allotted: number;
  held: number;
  sold: number;
}

/** The mark of a settled order in the cell's record, by its state. A reserved order has none. */
const MARKS: Readonly<Partial<Record<OrderState, number>>> = {
  ...ORDER_MARKS,
  partly_refunded: ORDER_MARKS.paid,
  refunded: ORDER_MARKS.paid,
};

const linesOfCell = query<LineRow>('cells/snapshot/orders');
const appliedOfCell = query<AppliedRow>('cells/snapshot/promotions');
const buriedOfCell = query<{ body: IncomingBody }>('cells/snapshot/buried');
const allotmentsOfCell = query<AllotmentRow>('books/allotments/of-cell');
const potsOfCell = query<{ pot: string; left: number }>('books/pots/of-cell');

/** Lists the buried orders and claims of a cell. */
export async function buriedOf(client: PoolClient, { sale, cell }: CellId): Promise<Incoming[]> {
  return (await rows(client, buriedOfCell, [sale, cell])).map(({ body }) => readIncoming(body));
}

/** What a cell may still sell by offer and spend by pot. What is buried counts as taken. */
export async function leftInCell(
  client: PoolClient,
  { sale, cell }: CellId,
  buried: readonly Incoming[],
): Promise<Record<'units' | 'pots', Map<string, number>>> {
  const allotted = await rows(client, allotmentsOfCell, [sale, cell]);
  const units = new Map(allotted.map((a) => [a.offer, a.allotted - a.held - a.sold]));
  const pots = new Map(
    (await rows(client, potsOfCell, [sale, cell])).map(({ pot, left }) => [pot, left]),
  );
  const takeOff = (left: Map<string, number>, taken: ReadonlyMap<string, number>) => {
    for (const [name, amount] of taken) left.set(name, (left.get(name) ?? 0) - amount);
  };
  takeOff(units, unitsByOffer(ordersOf(buried).flatMap((order) => order.lines)));
  takeOff(pots, takenFromPots(ordersOf(buried), claimsOf(buried)));
  return { units, pots };
}

/** Makes orders of their lines; the rows of one order follow each other. */
export function ordersOfLines(
  sale: SaleId,
  lines: readonly LineRow[],
  promotions: readonly AppliedRow[],
): OwnedOrder[] {
  const applied = Map.groupBy(promotions, ({ orderId: of }) => of);
  const orders: (OwnedOrder & { lines: OrderLine[] })[] = [];
  for (const row of lines) {
    const { offer, store, quantity, priceMinor, netMinor, isGift, ...rest } = row;
    const { state, movedAtMs, ...order } = rest;
    const mark = MARKS[state];
    const line = { offer, store, quantity, priceMinor, netMinor, isGift };
    const last = orders.at(-1);
    if (last?.id === row.id) last.lines.push(line);
    else {
      const of = (applied.get(row.id) ?? []).map(({ orderId: _, place: __, ...one }) => one);
      const marked = mark === undefined ? {} : { mark: { mark, atMs: movedAtMs! } };
      orders.push({ ...order, ...marked, sale, lines: [line], applied: of });
    }
  }
  return orders;
}

async function settledOrders(client: PoolClient, { sale, cell }: CellId): Promise<OwnedOrder[]> {
  const promotions = await rows(client, appliedOfCell, [sale, cell]);
  return ordersOfLines(sale, await rows(client, linesOfCell, [sale, cell]), promotions);
}

export const buriedOrder = (cell: CellId, order: IncomingOrder): OwnedOrder => ({
  id: orderId(cell, order.serial),
  sale: cell.sale,
  shopper: order.shopper,
  key: order.key,
  fingerprint: order.fingerprint,
  lines: order.lines,
  applied: order.applied,
  outOfGifts: order.outOfGifts,
  pointsUsed: order.pointsUsed,
  payByMs: order.payByMs,
  rulesVersion: order.rulesVersion,
});

async function readContents(client: PoolClient, cell: CellId): Promise<CellContents> {
  const sale = await findSale(client, cell.sale);
  if (!sale) throw new Error(`no sale ${cell.sale}`);
  const buried = await buriedOf(client, cell);
  const left = await leftInCell(client, cell, buried);
  return {
    sale,
    rules: await rulesOfSale(client, sale),
    offers: await offersInCells(client, cell.sale),
    unitsByOffer: left.units,
    potsLeft: left.pots,
    orders: [
      ...(await settledOrders(client, cell)),
      ...ordersOf(buried).map((order) => buriedOrder(cell, order)),
    ],
    wallets: await walletsOfCell(client, cell, buried),
    inbox: await lastInstruction(client, cell),
    isAsked: (await openWithdrawals(client, cell)).length > 0,
  };
}

/** The orders of a large cell take long to read. */
const SNAPSHOT_MS = 20_000;

/** Reads a cell's contents in one REPEATABLE READ transaction. */
export const cellContents = (pool: Pool, cell: CellId): Promise<CellContents> =>
  transaction(pool, (client) => readContents(client, cell), {
    isolation: 'repeatable read',
    statementMs: SNAPSHOT_MS,
  });
