import type { PoolClient } from 'pg';
import type { EntryClaim } from '../../domain/outbox-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import type { Receipt } from '../../domain/order.ts';
import { couponsUsed, isCouponClaim, redPacketUsed } from '../../domain/pricing/order-spending.ts';
import { query, run } from '../../platform/query.ts';
import { expectRows } from '../broken-books.ts';

/** The part of an order that its shopper's wallet depends on. */
export interface WalletOrder extends Pick<Receipt, 'applied' | 'pointsUsed'> {
  readonly shopper: string;
}

type WalletClaim = Pick<EntryClaim, 'shopper' | 'promotion' | 'amountMinor'>;

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

const openCoupons = query('books/coupons/insert-missing');
const moveCoupons = query('books/coupons/move');
const openBalances = query('books/balances/insert-missing');
const moveBalances = query('books/balances/move');

/** `sign` 1: orders and claims that settle; -1: orders that end unpaid. */
interface Moving {
  readonly orders: readonly WalletOrder[];
  readonly claims: readonly WalletClaim[];
  readonly sign: 1 | -1;
}

function couponMoves({ orders, claims, sign }: Moving): CouponMove[] {
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
    for (const promotion of couponsUsed(order)) moveOf(order.shopper, promotion).used += sign;
  }
  return [...moves.values()];
}

async function useCoupons(client: PoolClient, { sale, cell }: CellId, moving: Moving) {
  const moves = couponMoves(moving);
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

function balanceMoves({ orders, claims, sign }: Moving): BalanceMove[] {
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
    move.used += sign * used;
    move.points += sign * order.pointsUsed;
  }
  return [...moves.values()];
}

async function useBalances(client: PoolClient, { sale, cell }: CellId, moving: Moving) {
  const moves = balanceMoves(moving);
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
 * Counts what orders and claims took from wallets and put into them: coupons, then balances, each
 * by key.
 * @throws NeverGiven when a shopper has no such coupon or balance
 */
export async function moveWallets(client: PoolClient, cell: CellId, moving: Moving): Promise<void> {
  await useCoupons(client, cell, moving);
  await useBalances(client, cell, moving);
}
