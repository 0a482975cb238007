import type { PoolClient } from 'pg';
import type { CellId } from '../domain/ids.ts';
import { couponsUsed, isCouponClaim, redPacketUsed, takenFromPots } from '../domain/takings.ts';
import { unitsByOffer } from '../domain/units.ts';
import { query, run } from '../platform/query.ts';
import { claimsOf, ordersOf } from './due.ts';
import type { Due, DueClaim, DueOrder } from './due.ts';

/** Taken was what was never given: as wrong as a broken CHECK, and treated as one. */
export class NeverGiven extends Error {
  override readonly name = 'NeverGiven';
}

interface CouponMove {
  readonly shopper: string;
  readonly promotion: string;
  claimed: number;
  used: number;
}

interface BalanceMove {
  readonly shopper: string;
  points: number;
  claimed: number;
  used: number;
}

const holdUnits = query('settle/hold-units');
const spendPots = query('settle/spend-pots');
const openCoupons = query('settle/open-coupons');
const moveCoupons = query('settle/move-coupons');
const openBalances = query('settle/open-balances');
const moveBalances = query('settle/move-balances');

/** @throws NeverGiven when fewer rows were found than were to change */
function expectRows(changed: number, due: number, missing: string): void {
  if (changed !== due) throw new NeverGiven(missing);
}

async function hold(client: PoolClient, { sale, cell }: CellId, orders: readonly DueOrder[]) {
  const units = unitsByOffer(orders.flatMap((order) => order.lines));
  if (units.size === 0) return;
  const args = [sale, cell, [...units.keys()], [...units.values()]];
  const changed = await run(client, holdUnits, args);
  expectRows(changed, units.size, 'an offer has no allotment in this cell');
}

async function spend(client: PoolClient, { sale, cell }: CellId, due: readonly Due[]) {
  const pots = takenFromPots(ordersOf(due), claimsOf(due));
  if (pots.size === 0) return;
  const changed = await run(client, spendPots, [sale, cell, [...pots.keys()], [...pots.values()]]);
  expectRows(changed, pots.size, 'a budget or quota has no allotment in this cell');
}

function couponMoves(orders: readonly DueOrder[], claims: readonly DueClaim[]): CouponMove[] {
  const moves = new Map<string, CouponMove>();
  const moveOf = (shopper: string, promotion: string): CouponMove => {
    const name = JSON.stringify([shopper, promotion]);
    const move = moves.get(name) ?? { shopper, promotion, claimed: 0, used: 0 };
    moves.set(name, move);
    return move;
  };
  for (const { shopper, promotion } of claims.filter(isCouponClaim)) {
    moveOf(shopper, promotion).claimed += 1;
  }
  for (const order of orders) {
    for (const promotion of couponsUsed(order)) moveOf(order.shopper, promotion).used += 1;
  }
  return [...moves.values()];
}

async function useCoupons(client: PoolClient, { sale, cell }: CellId, due: readonly Due[]) {
  const moves = couponMoves(ordersOf(due), claimsOf(due));
  if (moves.length === 0) return;
  const of = (list: readonly CouponMove[]) => [
    list.map(({ shopper }) => shopper),
    list.map(({ promotion }) => promotion),
  ];
  const claimed = moves.filter((move) => move.claimed > 0);
  if (claimed.length > 0) await run(client, openCoupons, [sale, cell, ...of(claimed)]);
  const changed = await run(client, moveCoupons, [
    sale,
    ...of(moves),
    moves.map((move) => move.claimed),
    moves.map((move) => move.used),
  ]);
  expectRows(changed, moves.length, 'a coupon was never given');
}

function balanceMoves(orders: readonly DueOrder[], claims: readonly DueClaim[]): BalanceMove[] {
  const moves = new Map<string, BalanceMove>();
  const moveOf = (shopper: string): BalanceMove => {
    const move = moves.get(shopper) ?? { shopper, points: 0, claimed: 0, used: 0 };
    moves.set(shopper, move);
    return move;
  };
  for (const claim of claims) {
    if (!isCouponClaim(claim)) moveOf(claim.shopper).claimed += claim.amountMinor;
  }
  for (const order of orders) {
    const used = redPacketUsed(order);
    if (used === 0 && order.pointsUsed === 0) continue;
    const move = moveOf(order.shopper);
    move.used += used;
    move.points += order.pointsUsed;
  }
  return [...moves.values()];
}

async function useBalances(client: PoolClient, { sale, cell }: CellId, due: readonly Due[]) {
  const moves = balanceMoves(ordersOf(due), claimsOf(due));
  if (moves.length === 0) return;
  const claimers = moves.filter(({ claimed }) => claimed > 0).map(({ shopper }) => shopper);
  if (claimers.length > 0) await run(client, openBalances, [sale, cell, claimers]);
  const changed = await run(client, moveBalances, [
    sale,
    moves.map(({ shopper }) => shopper),
    moves.map(({ points }) => points),
    moves.map(({ claimed }) => claimed),
    moves.map(({ used }) => used),
  ]);
  expectRows(changed, moves.length, 'a balance was never given');
}

/**
 * Counts what orders and claims took: units held, pots spent, coupons and balances claimed and
 * used. Rows are locked in this order everywhere, by key in each table.
 * @throws NeverGiven
 */
export async function take(client: PoolClient, cell: CellId, due: readonly Due[]): Promise<void> {
  await hold(client, cell, ordersOf(due));
  await spend(client, cell, due);
  await useCoupons(client, cell, due);
  await useBalances(client, cell, due);
}
