import type { Cart, CartLine } from './cart.ts';
import type { StoreId } from '../ids.ts';
import type { Effect, Promotion } from '../promotion.ts';

/** Whole points that a shopper pays with, each worth `rate` minor units. */
export interface PointsEffect {
  readonly kind: 'points';
  readonly points: number;
  readonly rate: number;
}

/** A promotion, or a tender that acts as one: it may take something off a cart. */
export type Candidate = Omit<Promotion, 'effect' | 'claims'> & {
  readonly effect: Effect | PointsEffect;
};

/** The lines that a promotion looks at: those of the cart, or those of one store. */
export interface Scope {
  readonly lines: readonly CartLine[];
  /** The amount of each line for thresholds and shares, in minor units. */
  readonly amounts: readonly number[];
  /** Null: the lines of every store. */
  readonly store: StoreId | null;
}

function sharesOne(some: readonly string[], others: readonly string[]): boolean {
  for (const one of some) if (others.includes(one)) return true;
  return false;
}

/** Whether a line counts for a promotion and receives from it, in any scope. */
export function isEligible(candidate: Candidate, line: CartLine): boolean {
  const { stores, offers, categories } = candidate;
  return (
    line.stacks &&
    (stores === null || stores.includes(line.store)) &&
    (offers === null || offers.includes(line.offer)) &&
    (categories === null || sharesOne(line.categories, categories)) &&
    (!candidate.isFullPriceOnly || line.isFullPrice) &&
    !line.excludes.includes(candidate.layer)
  );
}

/** Whether a line counts for a promotion and receives from it, in this scope. */
export function isInScope(candidate: Candidate, { store }: Scope, line: CartLine): boolean {
  return (store === null || line.store === store) && isEligible(candidate, line);
}

/** Σ of the eligible lines' amounts, in minor units: T. */
export function basisOf(candidate: Candidate, scope: Scope): number {
  const { lines, amounts } = scope;
  let basisMinor = 0;
  for (let i = 0; i < lines.length; i++) {
    if (isInScope(candidate, scope, lines[i]!)) basisMinor += amounts[i]!;
  }
  return basisMinor;
}

/** Whether the shopper's tier is one that the promotion asks for. */
export function isForMember({ members }: Pick<Candidate, 'members'>, { member }: Cart): boolean {
  return members === null || (member !== null && members.includes(member));
}

/** Whether the shopper may have a promotion: by tier and, if it takes coupons, by naming one. */
export function isOpenTo(promotion: Promotion, cart: Cart): boolean {
  return (!promotion.isCoupon || cart.coupons.has(promotion.id)) && isForMember(promotion, cart);
}
