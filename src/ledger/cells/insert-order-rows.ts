import type { PoolClient } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import { totalMinor } from '../../domain/order.ts';
import { query, run } from '../../platform/query.ts';
import type { IncomingClaim, IncomingOrder } from '../books/incoming-orders.ts';

const ordersStatement = query('cells/settle/insert-orders');
const linesStatement = query('cells/settle/insert-lines');
const promotionsStatement = query('cells/settle/insert-promotions');
const claimsStatement = query('cells/settle/insert-claims');

async function insertLines(client: PoolClient, orders: readonly IncomingOrder[]): Promise<void> {
  const lines = orders.flatMap(({ id, lines: of }) => of.map((line, i) => ({ id, i, ...line })));
  await run(client, linesStatement, [
    lines.map((line) => line.id),
    lines.map((line) => line.i),
    lines.map((line) => line.offer),
    lines.map((line) => line.store),
    lines.map((line) => line.quantity),
    lines.map((line) => line.priceMinor),
    lines.map((line) => line.netMinor),
    lines.map((line) => line.isGift),
  ]);
}

async function insertPromotions(
  client: PoolClient,
  orders: readonly IncomingOrder[],
): Promise<void> {
  const applied = orders.flatMap(({ id, applied: of }) => of.map((one, i) => ({ id, i, ...one })));
  if (applied.length === 0) return;
  await run(client, promotionsStatement, [
    applied.map((one) => one.id),
    applied.map((one) => one.i),
    applied.map((one) => one.promotion),
    applied.map((one) => one.layer),
    applied.map((one) => one.basisMinor),
    applied.map((one) => one.discountMinor),
    applied.map((one) => one.forfeitedMinor),
    applied.map((one) => one.funder),
    applied.map((one) => one.budget),
    applied.map((one) => one.isCoupon),
    applied.map((one) => `{${one.shares.join()}}`),
  ]);
}

/** Inserts orders, their lines, and what promotions took from them. */
export async function insertOrderRows(
  client: PoolClient,
  { sale, cell }: CellId,
  epoch: number,
  orders: readonly IncomingOrder[],
): Promise<void> {
  if (orders.length === 0) return;
  await run(client, ordersStatement, [
    sale,
    cell,
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
    orders.map((order) => order.pointsUsed),
    orders.map((order) => order.outOfGifts.join()),
  ]);
  await insertLines(client, orders);
  await insertPromotions(client, orders);
}

export async function insertClaimRows(
  client: PoolClient,
  { sale, cell }: CellId,
  epoch: number,
  claims: readonly IncomingClaim[],
): Promise<void> {
  if (claims.length === 0) return;
  await run(client, claimsStatement, [
    sale,
    cell,
    epoch,
    claims.map((claim) => claim.id),
    claims.map((claim) => claim.seq),
    claims.map((claim) => claim.shopper),
    claims.map((claim) => claim.key),
    claims.map((claim) => claim.promotion),
    claims.map((claim) => claim.amountMinor),
    claims.map((claim) => claim.budget),
    claims.map((claim) => claim.atMs),
  ]);
}
