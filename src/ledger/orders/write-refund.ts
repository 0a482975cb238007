import type { PoolClient } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { fingerprintOf, refunderOf } from '../../domain/refunds/refund.ts';
import type { RefundRequest, RefundView } from '../../domain/refunds/refund.ts';
import { cashOf, redPacketOf } from '../../domain/refunds/refund-shares.ts';
import type { RefundShares } from '../../domain/refunds/refund-shares.ts';
import { unitsByOffer } from '../../domain/units.ts';
import { query, run } from '../../platform/query.ts';
import { announceOrders } from '../webhooks/announce-orders.ts';
import { returnUnits } from '../books/return-units.ts';
import { recordOrderHistory } from './record-order-history.ts';
import { appendInstructions } from '../instructions.ts';
import { expectRows } from '../broken-books.ts';
import { scheduleRefund } from './payments.ts';
import { sharesOf, stateAfter } from './order-to-refund.ts';
import type { OrderToRefund } from './order-to-refund.ts';

/** A refund with its shares and its id, before it is written. */
interface NumberedRefund {
  readonly id: string;
  readonly order: OrderToRefund;
  readonly request: RefundRequest;
  readonly shares: RefundShares;
  readonly state: RefundView['state'];
}

const insert = query('orders/refunds/insert');
const insertLines = query('orders/refunds/insert-lines');
const moveOrder = query('orders/refunds/change-order-state');
const moveLines = query('orders/refunds/count-refunded');
const returnCoupons = query('orders/refunds/return-coupons');
const openBalances = query('books/balances/insert-missing');
const returnBalance = query('orders/refunds/return-balance');

export const cellOf = ({ sale, cell }: Pick<OrderToRefund, 'sale' | 'cell'>): CellId => ({
  sale,
  cell,
});

async function insertRefund(client: PoolClient, refund: NumberedRefund): Promise<void> {
  const { id, order, request, shares, state } = refund;
  await run(client, insert, [
    id,
    order.id,
    order.refunds + 1,
    refunderOf(request),
    request.key,
    fingerprintOf(request),
    state,
    cashOf(shares),
    redPacketOf(shares),
    shares.points,
    shares.coupons,
    request.restock,
    order.hasClawback,
  ]);
  await run(client, insertLines, [
    id,
    shares.lines.map(({ line }) => line),
    shares.lines.map(({ quantity }) => quantity),
    shares.lines.map(({ cashMinor }) => cashMinor),
    shares.lines.map(({ redPacketMinor }) => redPacketMinor),
  ]);
}

async function moveRefunded(client: PoolClient, refund: NumberedRefund): Promise<void> {
  const { id, order, request, shares, state } = refund;
  const moved = await run(client, moveOrder, [order.id, state, cashOf(shares)]);
  if (moved !== 1) throw new Error(`order ${order.id} was not locked`);
  const [lines, units] = [
    shares.lines.map(({ line }) => line),
    shares.lines.map(({ quantity }) => quantity),
  ];
  await run(client, moveLines, [order.id, lines, units, request.restock]);
  const move = { orders: [order.id], from: order.state, to: state };
  await recordOrderHistory(client, move, { who: refunderOf(request), why: `refund ${id}` });
}

/**
 * Puts refunded units on sale again. Units that pay a debt stay with the ledger.
 * @returns the units that the cell gets back
 */
async function restock(
  client: PoolClient,
  { order, request, shares }: NumberedRefund,
): Promise<[offer: string, units: number][]> {
  if (!request.restock) return [];
  const lines = shares.lines.map(({ line, quantity }) => {
    return { offer: order.lines[line]!.offer, quantity };
  });
  return returnUnits(client, cellOf(order), unitsByOffer(lines), 'sold');
}

/** Returns coupons, then balances. Every transaction takes these locks in this order. */
async function fillWallet(client: PoolClient, { order, shares }: NumberedRefund): Promise<void> {
  const { sale, cell, shopper } = order;
  const { coupons, points } = shares;
  const packetMinor = redPacketOf(shares);
  if (coupons.length > 0) {
    const returned = await run(client, returnCoupons, [sale, shopper, coupons]);
    expectRows(returned, coupons.length, 'a coupon was never given');
  }
  if (points === 0 && packetMinor === 0) return;
  await run(client, openBalances, [sale, cell, [shopper]]);
  await run(client, returnBalance, [sale, shopper, points, packetMinor]);
}

async function tellCell(
  client: PoolClient,
  cell: CellId,
  { order, shares }: NumberedRefund,
  units: readonly [offer: string, units: number][],
): Promise<void> {
  const { shopper } = order;
  const { coupons, points } = shares;
  const wallet = { shopper, coupons, points, red_packet: redPacketOf(shares) };
  const isEmpty = coupons.length === 0 && points === 0 && wallet.red_packet === 0;
  if (isEmpty && units.length === 0) return;
  const nobody = { mark: 0, at: 0, orders: [], pots: [] };
  await appendInstructions(client, cell, [
    { kind: 'moved', ...nobody, units, wallets: isEmpty ? [] : [wallet] },
  ]);
}

/**
 * Writes a refund and everything that follows from it: the order's move, the call to the provider,
 * units on sale again, the wallet, the instruction to the cell.
 * @param order locked; the request fits it
 */
export async function writeRefund(
  client: PoolClient,
  order: OrderToRefund,
  request: RefundRequest,
): Promise<void> {
  const shares = await sharesOf(client, order, request.lines);
  const id = `${order.id}_r${order.refunds + 1}`;
  const refund = { id, order, request, shares, state: stateAfter(shares) };
  await insertRefund(client, refund);
  await moveRefunded(client, refund);
  await scheduleRefund(client, { order: order.id, refundId: id, amountMinor: cashOf(shares) });
  const units = await restock(client, refund);
  await fillWallet(client, refund);
  await tellCell(client, cellOf(order), refund, units);
  await announceOrders(client, 'order.refunded', [order.id]);
}
