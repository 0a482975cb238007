import type { PoolClient } from 'pg';
import { parseOrderId } from '../../domain/ids.ts';
import type { CellId, ShopperId } from '../../domain/ids.ts';
import { couponsUsed, isCouponClaim, redPacketUsed } from '../../domain/pricing/order-spending.ts';
import type { Wallet, WalletClaim } from '../../domain/wallet.ts';
import { query, rows } from '../../platform/query.ts';
import type { Incoming } from './incoming-orders.ts';

export interface CouponRow {
  readonly shopper: ShopperId;
  readonly promotion: string;
  readonly left: number;
}

export interface BalanceRow {
  readonly shopper: ShopperId;
  readonly points: number;
  readonly packet: number;
}

export interface ClaimRow extends Omit<WalletClaim, 'serial'> {
  readonly id: string;
  readonly shopper: ShopperId;
}

const couponsOfCell = query<CouponRow>('books/coupons/of-cell');
const balancesOfCell = query<BalanceRow>('books/balances/of-cell');
const claimsOfCell = query<ClaimRow>('books/claims/of-cell');

interface OpenWallet {
  points: number;
  redPacketMinor: number;
  readonly coupons: Map<string, number>;
  readonly claims: WalletClaim[];
}

/** Collects wallets; a shopper's first row makes an empty one. */
class Wallets {
  readonly #byShopper = new Map<ShopperId, OpenWallet>();

  of(shopper: ShopperId): OpenWallet {
    const found = this.#byShopper.get(shopper);
    if (found) return found;
    const empty = { points: 0, redPacketMinor: 0, coupons: new Map(), claims: [] };
    this.#byShopper.set(shopper, empty);
    return empty;
  }

  addCoupons(shopper: ShopperId, promotion: string, count: number): void {
    const { coupons } = this.of(shopper);
    coupons.set(promotion, (coupons.get(promotion) ?? 0) + count);
  }

  all(): Wallet[] {
    return [...this.#byShopper].map(([shopper, wallet]) => ({
      shopper,
      ...wallet,
      coupons: [...wallet.coupons].filter(([, left]) => left !== 0),
    }));
  }
}

/** Counts a buried order or claim: what the order took is gone, what the claim gave is there. */
function addBuried(wallets: Wallets, buried: Incoming): void {
  const { shopper } = buried;
  const wallet = wallets.of(shopper);
  if (buried.kind === 'order') {
    wallet.points -= buried.pointsUsed;
    wallet.redPacketMinor -= redPacketUsed(buried);
    for (const promotion of couponsUsed(buried)) wallets.addCoupons(shopper, promotion, -1);
    return;
  }
  const { serial, promotion, amountMinor } = buried;
  wallet.redPacketMinor += amountMinor;
  if (isCouponClaim(buried)) wallets.addCoupons(shopper, promotion, 1);
  wallet.claims.push({ key: buried.key, serial, promotion, amountMinor });
}

/** What wallets are made of. */
export interface WalletRows {
  readonly balances: readonly BalanceRow[];
  readonly coupons: readonly CouponRow[];
  /** Oldest first. */
  readonly claims: readonly ClaimRow[];
  readonly buried: readonly Incoming[];
}

/** Makes the wallet of every shopper of whom there is a row. */
export function walletsOf({ balances, coupons, claims, buried }: WalletRows): Wallet[] {
  const wallets = new Wallets();
  for (const { shopper, points, packet } of balances) {
    Object.assign(wallets.of(shopper), { points, redPacketMinor: packet });
  }
  for (const { shopper, promotion, left } of coupons) wallets.addCoupons(shopper, promotion, left);
  for (const { id, shopper, key, promotion, amountMinor } of claims) {
    const { serial } = parseOrderId(id)!;
    wallets.of(shopper).claims.push({ key, serial, promotion, amountMinor });
  }
  for (const one of buried) addBuried(wallets, one);
  return wallets.all();
}

/**
 * Reads the wallet of every shopper of a cell, in the snapshot's transaction.
 * @param buried the cell's buried orders and claims
 */
export async function walletsOfCell(
  client: PoolClient,
  { sale, cell }: CellId,
  buried: readonly Incoming[],
): Promise<Wallet[]> {
  return walletsOf({
    balances: await rows(client, balancesOfCell, [sale, cell]),
    coupons: await rows(client, couponsOfCell, [sale, cell]),
    claims: await rows(client, claimsOfCell, [sale, cell]),
    buried,
  });
}
