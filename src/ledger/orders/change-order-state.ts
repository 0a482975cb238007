import type { Applied } from '../../domain/order.ts';
import type { PoolClient } from 'pg';
import { parseOrderId } from '../../domain/ids.ts';
import type { CellId, OrderId, ShopperId } from '../../domain/ids.ts';
import { ORDER_MARKS } from '../../domain/inbox-instruction.ts';
import type {
  Instruction,
  MovedInstruction,
  WalletReturn,
} from '../../domain/inbox-instruction.ts';
import { orderMoves } from '../../domain/order-states.ts';
import type { Mover, OrderMove } from '../../domain/order-states.ts';
import { couponsUsed, redPacketUsed, takenFromPots } from '../../domain/pricing/order-spending.ts';
import { query, rows } from '../../platform/query.ts';
import { moveUnits } from '../books/allotments.ts';
import { announceOrders } from '../webhooks/announce-orders.ts';
import { returnUnits } from '../books/return-units.ts';
import { recordOrderHistory } from './record-order-history.ts';
import { appendInstructions } from '../instructions.ts';
import { moveWallets } from '../books/move-wallets.ts';
import type { WalletOrder } from '../books/move-wallets.ts';
import { voidOpenPayments } from './payments.ts';
import { countSpent } from '../books/count-taken.ts';

/** The states that a reserved order can move to. */
type Left = keyof typeof ORDER_MARKS;
const moveTo = { paid: 'pay', expired: 'expire', cancelled: 'cancel' } as const satisfies Record<
  Left,
  OrderMove
>;

interface LeftRow {
  readonly id: OrderId;
  readonly shopper: ShopperId;
  readonly pointsUsed: number;
  readonly atMs: number;
}

/** The orders of one instruction at most. It bounds the time for which a cell cannot sell. */
const ORDERS_PER_INSTRUCTION = 250;

const leave = query<LeftRow>('orders/moves/change-state');
const units = query<{ offer: string; units: number }>('orders/moves/units-of-orders');
const applied = query<Applied & { orderId: string }>('orders/moves/promotions-of-orders');

async function unitsOf(client: PoolClient, orders: readonly string[]) {
  const list = await rows(client, units, [orders]);
  return new Map(list.map((row) => [row.offer, row.units]));
}

/** Tells the cell about orders that moved. The first instruction carries all that comes back. */
async function tellMoved(
  client: PoolClient,
  cell: CellId,
  moved: readonly LeftRow[],
  to: Left,
  back: Pick<MovedInstruction, 'units' | 'pots' | 'wallets'>,
): Promise<void> {
  const at = moved[0]!.atMs;
  const told: Instruction[] = [];
  for (let from = 0; from < moved.length; from += ORDERS_PER_INSTRUCTION) {
    const some = moved.slice(from, from + ORDERS_PER_INSTRUCTION);
    const orders = some.map(({ id, shopper }) => [shopper, parseOrderId(id)!.serial] as const);
    const gives = from === 0 ? back : { units: [], pots: [], wallets: [] };
    told.push({ kind: 'moved', mark: ORDER_MARKS[to], at, orders, ...gives });
  }
  await appendInstructions(client, cell, told);
}

/** Moves the orders that are still reserved, and writes their history and their deliveries. */
async function leaveReserved(
  client: PoolClient,
  orders: readonly string[],
  to: Left,
  by: Mover,
): Promise<LeftRow[]> {
  const [from] = orderMoves[moveTo[to]].from;
  const moved = await rows(client, leave, [orders, from, to]);
  if (moved.length === 0) return moved;
  const ids = moved.map(({ id }) => id);
  await recordOrderHistory(client, { orders: ids, from, to }, by);
  await announceOrders(client, `order.${to}`, ids);
  return moved;
}

/**
 * Makes reserved orders of a cell paid, in the caller's transaction: their held units are sold.
 * @returns the orders that moved; another transaction moved the rest before
 */
export async function payOrders(
  client: PoolClient,
  cell: CellId,
  orders: readonly string[],
  by: Mover,
): Promise<string[]> {
  const moved = await leaveReserved(client, orders, 'paid', by);
  if (moved.length === 0) return [];
  const ids = moved.map(({ id }) => id);
  const sold = [...(await unitsOf(client, ids))];
  await moveUnits(
    client,
    cell,
    sold.map(([offer, count]) => ({ offer, held: -count, sold: count })),
  );
  await tellMoved(client, cell, moved, 'paid', { units: [], pots: [], wallets: [] });
  return ids;
}

/** What orders took from wallets. An order that took nothing is left out. */
function walletReturns(orders: readonly WalletOrder[]): WalletReturn[] {
  return orders
    .map((order) => ({
      shopper: order.shopper,
      coupons: couponsUsed(order),
      points: order.pointsUsed,
      red_packet: redPacketUsed(order),
    }))
    .filter((one) => one.coupons.length > 0 || one.points > 0 || one.red_packet > 0);
}

/** Gives back everything that orders took, in the ledger. The caller tells the cell. */
async function giveBackAll(
  client: PoolClient,
  cell: CellId,
  moved: readonly LeftRow[],
): Promise<Pick<MovedInstruction, 'units' | 'pots' | 'wallets'>> {
  const ids = moved.map(({ id }) => id);
  const byOrder = Map.groupBy(await rows(client, applied, [ids]), ({ orderId }) => orderId);
  const orders = moved.map((row) => ({ ...row, applied: byOrder.get(row.id) ?? [] }));
  const back = await returnUnits(client, cell, await unitsOf(client, ids), 'held');
  const pots = takenFromPots(orders, []);
  await countSpent(client, cell, new Map([...pots].map(([pot, amount]) => [pot, -amount])));
  await moveWallets(client, cell, { orders, claims: [], sign: -1 });
  return { units: back, pots: [...pots], wallets: walletReturns(orders) };
}

/**
 * Ends reserved orders of a cell unpaid, in the caller's transaction: units, budgets, coupons and
 * balances come back, and payments under way are given up.
 * @returns the orders that moved; another transaction moved the rest before
 */
export async function endOrders(
  client: PoolClient,
  cell: CellId,
  orders: readonly string[],
  to: 'expired' | 'cancelled',
  by: Mover,
): Promise<string[]> {
  const moved = await leaveReserved(client, orders, to, by);
  if (moved.length === 0) return [];
  const ids = moved.map(({ id }) => id);
  await voidOpenPayments(client, ids);
  await tellMoved(client, cell, moved, to, await giveBackAll(client, cell, moved));
  return ids;
}
