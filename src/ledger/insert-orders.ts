import type { PoolClient } from 'pg';
import type { Entry, EntryOrder } from '../domain/entry.ts';
import { orderId } from '../domain/ids.ts';
import type { CellId, OrderId } from '../domain/ids.ts';
import { totalMinor } from '../domain/order.ts';
import { unitsByOffer } from '../domain/units.ts';
import { sqlState } from '../platform/postgres.ts';
import { query, run } from '../platform/query.ts';

/** An order on its way from an entry to the ledger. */
export interface DueOrder extends EntryOrder {
  readonly id: OrderId;
  readonly seq: number;
  readonly tag: string;
  /** Its place in the entry, from 0. */
  readonly position: number;
  readonly rulesVersion: number;
  readonly atMs: number;
  readonly payByMs: number;
}

/** An order that Postgres refuses however it is tried. */
export interface Poison {
  readonly order: DueOrder;
  readonly sqlstate: string;
  readonly reason: string;
}

const ordersStatement = query('settle/insert-orders');
const linesStatement = query('settle/insert-lines');
const holdStatement = query('settle/hold-units');

export function entryOrders(cell: CellId, entry: Entry): DueOrder[] {
  const { seq, tag, rulesVersion, atMs, payByMs } = entry;
  return entry.orders.map((order, position) => ({
    ...order,
    id: orderId(cell, order.serial),
    seq,
    tag,
    position,
    rulesVersion,
    atMs,
    payByMs,
  }));
}

async function insertLines(client: PoolClient, orders: readonly DueOrder[]): Promise<void> {
  const lines = orders.flatMap(({ id, lines: of }) => of.map((line, i) => ({ id, i, ...line })));
  await run(client, linesStatement, [
    lines.map((line) => line.id),
    lines.map((line) => line.i),
    lines.map((line) => line.offer),
    lines.map((line) => line.store),
    lines.map((line) => line.quantity),
    lines.map((line) => line.priceMinor),
  ]);
}

/** @throws Error when an offer has no allotment in the cell */
async function holdUnits(
  client: PoolClient,
  { sale, cell }: CellId,
  orders: readonly DueOrder[],
): Promise<void> {
  const units = unitsByOffer(orders.flatMap((order) => order.lines));
  const args = [sale, cell, [...units.keys()], [...units.values()]];
  const changed = await run(client, holdStatement, args);
  if (changed !== units.size) throw new UnknownAllotment();
}

/** Sold what was never given: as wrong as a broken CHECK, and treated as one. */
class UnknownAllotment extends Error {
  override readonly name = 'UnknownAllotment';
  override readonly message = 'an offer has no allotment in this cell';
}

export async function insertAll(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  orders: readonly DueOrder[],
): Promise<void> {
  await run(client, ordersStatement, [
    cell.sale,
    cell.cell,
    epoch,
    orders.map((order) => order.id),
    orders.map((order) => order.seq),
    orders.map((order) => order.shopper),
    orders.map((order) => order.key),
    orders.map((order) => order.fingerprint),
    orders.map(totalMinor),
    orders.map((order) => order.rulesVersion),
    orders.map((order) => order.atMs),
    orders.map((order) => order.payByMs),
  ]);
  await insertLines(client, orders);
  await holdUnits(client, cell, orders);
}

/** Only bad data (22xxx) and broken constraints (23xxx) are poison; anything else is retried. */
function poisonState(error: unknown): string | null {
  if (error instanceof UnknownAllotment) return '23514';
  const state = sqlState(error);
  return state?.startsWith('22') || state?.startsWith('23') ? state : null;
}

/**
 * Inserts orders with their lines and holds their units. On poison it halves what it was given,
 * down to the order, so that neighbours settle and each poison is reproduced alone.
 * @returns the poison, with nothing of it written
 */
export async function insertOrders(
  client: PoolClient,
  cell: CellId,
  epoch: number,
  orders: readonly DueOrder[],
): Promise<Poison[]> {
  if (orders.length === 0) return [];
  await client.query('savepoint piece');
  try {
    await insertAll(client, cell, epoch, orders);
    await client.query('release savepoint piece');
    return [];
  } catch (error) {
    const sqlstate = poisonState(error);
    if (!sqlstate) throw error;
    await client.query('rollback to savepoint piece');
    await client.query('release savepoint piece');
    if (orders.length === 1) {
      return [{ order: orders[0]!, sqlstate, reason: (error as Error).message }];
    }
    const half = orders.length >> 1;
    const first = await insertOrders(client, cell, epoch, orders.slice(0, half));
    return [...first, ...(await insertOrders(client, cell, epoch, orders.slice(half)))];
  }
}
