import type { OfferId, StoreId } from '../ids.ts';
import type { Applied } from '../order.ts';
import type { BudgetPolicy, Layer, Promotion } from '../promotion.ts';

/** A line of a cart with what its offer says; several lines may name one offer. */
export interface CartLine {
  readonly offer: OfferId;
  readonly store: StoreId;
  readonly quantity: number;
  /** Sale price of one unit, in minor units. */
  readonly priceMinor: number;
  /** Its price is its list price. */
  readonly isFullPrice: boolean;
  /** False for the flash lane: it takes part in no layer. */
  readonly stacks: boolean;
  readonly categories: readonly string[];
  /** Names of layers it takes no part in. */
  readonly excludes: readonly string[];
}

/** What is priced. Σ activity ≤ 90,000,000 minor units, at most 50 lines. */
export interface Cart {
  readonly lines: readonly CartLine[];
  /** The shopper's tier, or null. */
  readonly member: string | null;
  /** Promotions whose coupons are held and named. */
  readonly coupons: ReadonlySet<string>;
  /** Red packet to use, in minor units, at most the balance. */
  readonly redPacketMinor: number;
  /** Points to use, at most the balance. */
  readonly points: number;
}

/** A sale's rules ready for pricing; a promotion's rank is its place by id (by code unit). */
export interface Rules {
  readonly version: number;
  readonly layers: readonly Layer[];
  /** Minor units a point is worth. */
  readonly pointsRate: number;
  /** By id, by code unit. */
  readonly promotions: readonly Promotion[];
  readonly policies: ReadonlyMap<string, BudgetPolicy>;
}

/** A gift whose threshold the cart reaches; whether there is stock is not asked here. */
export interface DueGift {
  readonly promotion: string;
  readonly offer: OfferId;
  readonly quantity: number;
}

/** A cart with its price: Σ activity − Σ shares = Σ nets = total. */
export interface Priced {
  readonly totalMinor: number;
  /** One a line. */
  readonly nets: readonly number[];
  /** In the order they applied. */
  readonly applied: readonly Applied[];
  /** In id order. */
  readonly gifts: readonly DueGift[];
  /** Points that leave the balance. */
  readonly pointsUsed: number;
}
