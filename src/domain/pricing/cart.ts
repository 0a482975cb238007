import type { OfferId, StoreId } from '../ids.ts';
import type { Applied } from '../order.ts';
import type { BudgetPolicy, Layer, Promotion } from '../promotion.ts';

/** A line of a cart with the terms of its offer. Several lines may name one offer. */
export interface CartLine {
  readonly offer: OfferId;
  readonly store: StoreId;
  readonly quantity: number;
  /** The price of one unit, in minor units. */
  readonly priceMinor: number;
  /** Its price is its list price. */
  readonly isFullPrice: boolean;
  /** False for the flash lane, which takes part in no layer. */
  readonly stacks: boolean;
  readonly categories: readonly string[];
  /** The names of layers that the line takes no part in. */
  readonly excludes: readonly string[];
}

/** A cart to price: at most 50 lines, Σ activity ≤ 90,000,000 minor units. */
export interface Cart {
  readonly lines: readonly CartLine[];
  /** The shopper's tier; null: none. */
  readonly member: string | null;
  /** The promotions of the coupons that the shopper holds and names. */
  readonly coupons: ReadonlySet<string>;
  /** The red packet to use, in minor units, at most the balance. */
  readonly redPacketMinor: number;
  /** The points to use, at most the balance. */
  readonly points: number;
}

/** A sale's rules, ready for pricing. A promotion's rank is its place by id (by code unit). */
export interface Rules {
  readonly version: number;
  readonly layers: readonly Layer[];
  /** The worth of a point, in minor units. */
  readonly pointsRate: number;
  /** Sorted by id, by code unit. */
  readonly promotions: readonly Promotion[];
  readonly policies: ReadonlyMap<string, BudgetPolicy>;
}

/** A gift whose threshold the cart reaches, in stock or not. */
export interface DueGift {
  readonly promotion: string;
  readonly offer: OfferId;
  readonly quantity: number;
}

/** A cart with its price: Σ activity − Σ shares = Σ nets = total. */
export interface Priced {
  readonly totalMinor: number;
  /** One for each line. */
  readonly nets: readonly number[];
  /** In the order in which they applied. */
  readonly applied: readonly Applied[];
  /** In id order. */
  readonly gifts: readonly DueGift[];
  /** The points that the cart takes from the balance. */
  readonly pointsUsed: number;
}
