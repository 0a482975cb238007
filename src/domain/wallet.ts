import type { IdempotencyKey, ShopperId } from './ids.ts';

/** A claim as its shopper's cell remembers it, so that its key gives the same answer again. */
export interface WalletClaim {
  readonly key: IdempotencyKey;
  readonly serial: string;
  readonly promotion: string;
  /** A red packet's amount, in minor units; 0: it is a coupon. */
  readonly amountMinor: number;
}

/** What a shopper holds in a sale. An amount is below 0 when an order spent what nobody gave. */
export interface Wallet {
  readonly shopper: ShopperId;
  readonly points: number;
  readonly redPacketMinor: number;
  /** The coupons left of each promotion; none with 0. */
  readonly coupons: readonly (readonly [promotion: string, left: number])[];
  /** Oldest first. */
  readonly claims: readonly WalletClaim[];
}
