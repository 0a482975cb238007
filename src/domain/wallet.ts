import type { IdempotencyKey, ShopperId } from './ids.ts';

/** A claim as its shopper's cell remembers it, so that the same key gives the same answer. */
export interface WalletClaim {
  readonly key: IdempotencyKey;
  readonly serial: string;
  readonly promotion: string;
  /** Of a red packet, in minor units; 0: a coupon. */
  readonly amountMinor: number;
}

/** What a shopper holds in a sale. Below 0 where an order spent what was never given. */
export interface Wallet {
  readonly shopper: ShopperId;
  readonly points: number;
  readonly redPacketMinor: number;
  /** Coupons left by promotion, none that are 0. */
  readonly coupons: readonly (readonly [promotion: string, left: number])[];
  /** By entry of the outbox, oldest first. */
  readonly claims: readonly WalletClaim[];
}
