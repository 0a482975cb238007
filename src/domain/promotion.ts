import type { OfferId, StoreId } from './ids.ts';

/** The amounts that a layer looks at: activity, or what lines owe when the layer begins. */
export type Basis = 'activity' | 'remaining';
/** Which of a layer's promotions apply: the best for each store, the best of all, or every one. */
export type Pick = 'one_per_store' | 'one' | 'all';

/** One step of stacking. A sale names its layers, which apply in order. */
export interface Layer {
  readonly name: string;
  readonly basis: Basis;
  readonly pick: Pick;
}

/** The layers of a sale that names none. */
export const DEFAULT_LAYERS: readonly Layer[] = [
  { name: 'store', basis: 'activity', pick: 'one_per_store' },
  { name: 'store_coupon', basis: 'activity', pick: 'one_per_store' },
  { name: 'category', basis: 'activity', pick: 'one' },
  { name: 'cross_store', basis: 'activity', pick: 'one' },
  { name: 'member', basis: 'remaining', pick: 'one' },
  { name: 'red_packet', basis: 'remaining', pick: 'all' },
  { name: 'points', basis: 'remaining', pick: 'all' },
];

/** The tenders of an order. Each acts as a promotion of this id, in the layer of this name. */
export const RED_PACKET = 'red_packet';
export const POINTS = 'points';
const TENDERS = [RED_PACKET, POINTS] as const;

/** Who bears a discount. `store`: each store bears the shares of its own lines. */
export type Funder = 'platform' | 'store';

/** When a budget holds less than a discount, it gives what is left (`partial`) or nothing. */
export type BudgetPolicy = 'partial' | 'whole';

/** Money that promotions draw from, dealt over cells. `store` null: the platform's money. */
export interface Budget {
  readonly id: string;
  readonly store: StoreId | null;
  readonly amountMinor: number;
  readonly policy: BudgetPolicy;
}

/** A step of a discount: eligible lines of `from` or more get `off` (minor units). */
export interface Tier {
  readonly from: number;
  readonly off: number;
}

/** What a promotion does to its eligible lines. Money in minor units. */
export type Effect =
  | { readonly kind: 'tiers'; readonly tiers: readonly Tier[] }
  | {
      readonly kind: 'every';
      readonly every: number;
      readonly off: number;
      /** The most times it applies; null: no bound. */
      readonly times: number | null;
    }
  | {
      readonly kind: 'percent';
      readonly bps: number;
      readonly cap: number | null;
      readonly from: number;
    }
  | { readonly kind: 'fixed'; readonly off: number; readonly from: number }
  | { readonly kind: 'freeUnits'; readonly every: number; readonly free: number }
  | {
      readonly kind: 'gift';
      readonly from: number;
      readonly offer: OfferId;
      readonly quantity: number;
    }
  /** A claim fills the shopper's red packet from the budget. It never prices a cart. */
  | { readonly kind: 'packet'; readonly amount: number; readonly boost: Boost | null };

export const EFFECT_KINDS = [
  'tiers',
  'every',
  'percent',
  'fixed',
  'freeUnits',
  'gift',
  'packet',
] as const satisfies readonly Effect['kind'][];

/** Members of these tiers get amount × bps / 10000, at most `cap`, from the same budget. */
export interface Boost {
  readonly members: readonly string[];
  readonly bps: number;
  readonly cap: number;
}

/** Coupons or packets that shoppers may claim: `quota` in all, `limitPerShopper` each. */
export interface Claims {
  readonly quota: number;
  readonly limitPerShopper: number;
}

/** A rule that takes something off (docs/pricing.md). A list that is null allows anything. */
export interface Promotion {
  readonly id: string;
  readonly layer: string;
  readonly stores: readonly StoreId[] | null;
  readonly offers: readonly OfferId[] | null;
  readonly categories: readonly string[] | null;
  readonly members: readonly string[] | null;
  readonly isFullPriceOnly: boolean;
  /** It applies only when the shopper holds and names a coupon of it. */
  readonly isCoupon: boolean;
  readonly effect: Effect;
  readonly budget: string | null;
  readonly funder: Funder;
  readonly claims: Claims | null;
}

/** Whether a layer or a promotion has the name of a tender. */
export const isTender = (name: string): boolean => TENDERS.some((tender) => tender === name);

/**
 * The one store that bears everything a promotion takes off, all of it off that store's own lines;
 * null when the platform or several stores bear it. The platform alone fills the balances that red
 * packets and points draw on, so it owns promotions in their layers.
 */
export function ownerOf({ stores, funder, layer, effect }: Promotion): StoreId | null {
  const isPlatforms = funder === 'platform' || effect.kind === 'packet' || isTender(layer);
  return stores?.length === 1 && !isPlatforms ? stores[0]! : null;
}

/** A merchant changes a promotion, and gives away its coupons, only when this is true. */
export const isOwnedBy = (promotion: Promotion, store: string): boolean =>
  ownerOf(promotion) === store;

export const MAX_LAYERS = 16;
export const MAX_PROMOTIONS = 500;
export const MAX_BUDGETS = 500;
/** The bound for one merchant, so that no store uses up that of the sale. */
export const MAX_BUDGETS_OF_STORE = 20;
/** The most gifts of an order, which also has at most 50 lines. The first by id are given. */
export const MAX_GIFTS = 10;
export const MAX_LISTED = 100;
export const MAX_TIERS = 20;
export const MAX_BPS = 10_000;
export const MAX_BOOST_BPS = 100_000;
export const MAX_POINTS = 90_000_000;
export const MAX_POINTS_RATE = 10_000;
/** The most coupons of a promotion that a shopper holds, and the most claims in a sale. */
export const MAX_HELD = 64;

/** The pot that holds a budget or a quota, in cells and in the ledger. */
export const budgetPot = (budget: string): string => `budget:${budget}`;
export const quotaPot = (promotion: string): string => `quota:${promotion}`;
