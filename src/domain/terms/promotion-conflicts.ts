import { promotionFaults } from '../pricing/promotion-faults.ts';
import {
  MAX_BUDGETS,
  MAX_BUDGETS_OF_STORE,
  MAX_HELD,
  MAX_PROMOTIONS,
  isOwnedBy,
} from '../promotion.ts';
import type { Budget, Promotion } from '../promotion.ts';
import type { Fault, Sale, SaleState, StoreBounds } from '../sale.ts';

/** Each says why a change may not be made to what is there now; null: it may. */

const CLOSED = 'the sale is closed';

/** @param now undefined: the budget is new */
export function budgetConflict(
  state: SaleState,
  now: Budget | undefined,
  budget: Budget,
): string | null {
  if (state === 'closed') return CLOSED;
  if (state === 'draft' || !now) return null;
  if (now.store !== budget.store) return 'the store is fixed from the first opening';
  if (now.amountMinor > budget.amountMinor) {
    return 'a budget cannot be cut once the sale was opened';
  }
  return null;
}

/** @param others the sale's other budgets */
export function budgetsBound(others: readonly Budget[], { store }: Budget): string | null {
  if (others.length >= MAX_BUDGETS) return `a sale has at most ${MAX_BUDGETS} budgets`;
  const alike = others.filter((other) => store !== null && other.store === store);
  if (alike.length < MAX_BUDGETS_OF_STORE) return null;
  return `a store has at most ${MAX_BUDGETS_OF_STORE} budgets of its own`;
}

/** A store's budget pays only for what that store bears. A red packet pays for any line. */
export function payerConflict(
  promotions: readonly Promotion[],
  { id, store }: Budget,
): string | null {
  if (store === null) return null;
  const other = promotions.find((one) => one.budget === id && !isOwnedBy(one, store));
  return other ? `it pays for ${other.id}, which ${store} does not bear` : null;
}

/** Everything in the sale that a promotion may refer to. */
export interface Surroundings {
  readonly sale: Pick<Sale, 'layers'>;
  readonly stores: ReadonlySet<string>;
  readonly offers: ReadonlySet<string>;
  readonly budgets: readonly Budget[];
}

const missing = (
  pointer: string,
  names: readonly string[] | null,
  known: ReadonlySet<string>,
  kind: string,
): Fault[] =>
  (names ?? []).flatMap((name, i) => {
    if (known.has(name)) return [];
    const at = pointer.replace('*', String(i));
    return [{ pointer: at, detail: `the sale has no such ${kind}` }];
  });

/** A store's budget pays only for what that store bears. A red packet pays for any line. */
function payerFaults({ budgets }: Surroundings, promotion: Promotion): Fault[] {
  const payer = budgets.find(({ id }) => id === promotion.budget)?.store ?? null;
  if (payer === null) return [];
  if (isOwnedBy(promotion, payer)) return [];
  return [
    { pointer: '/budget', detail: `belongs to ${payer}, which does not bear this promotion` },
  ];
}

export function referenceFaults(around: Surroundings, promotion: Promotion): Fault[] {
  const { sale, stores, offers, budgets } = around;
  const { budget, effect } = promotion;
  const budgetIds = new Set(budgets.map(({ id }) => id));
  return [
    ...promotionFaults(promotion, sale.layers),
    ...missing('/stores/*', promotion.stores, stores, 'store'),
    ...missing('/offers/*', promotion.offers, offers, 'offer'),
    ...missing('/effect/offer', effect.kind === 'gift' ? [effect.offer] : [], offers, 'offer'),
    ...missing('/budget', budget === null ? [] : [budget], budgetIds, 'budget'),
    ...payerFaults(around, promotion),
  ];
}

/** What shoppers may hold or have claimed already keeps its meaning. */
function fixedConflict(now: Promotion, next: Promotion): string | null {
  const isPacket = ({ effect }: Promotion) => effect.kind === 'packet';
  const claimed = now.claims ?? { quota: 0, limitPerShopper: 0 };
  const claims = next.claims ?? { quota: 0, limitPerShopper: 0 };
  if (now.layer !== next.layer) return 'the layer is fixed from the first opening';
  if (now.isCoupon !== next.isCoupon) return 'coupon is fixed from the first opening';
  if (isPacket(now) !== isPacket(next)) return 'a red packet is one from the first opening';
  if (claims.quota < claimed.quota) return 'a quota cannot be cut once the sale was opened';
  if (claims.limitPerShopper < claimed.limitPerShopper) {
    return 'a limit of claims cannot be cut once the sale was opened';
  }
  return null;
}

/** @param now undefined: the promotion is new */
export function promotionConflict(
  state: SaleState,
  now: Promotion | undefined,
  next: Promotion,
): string | null {
  if (state === 'closed') return CLOSED;
  return state === 'draft' || !now ? null : fixedConflict(now, next);
}

/**
 * Finds the bound that a promotion would exceed. An operator has only the sale's.
 * @param others the sale's other promotions
 */
export function promotionsBound(
  others: readonly Promotion[],
  store: string | null,
  bounds: StoreBounds | null,
): string | null {
  if (others.length >= MAX_PROMOTIONS) return `a sale has at most ${MAX_PROMOTIONS} promotions`;
  if (store === null || !bounds) return null;
  const alike = others.filter((other) => isOwnedBy(other, store));
  if (alike.length < bounds.promotionsMax) return null;
  const most = bounds.promotionsMax;
  return `${store} may have at most ${most} promotions in this sale (promotionsMax)`;
}

/** @param mostHeld the most coupons of the promotion that one of the shoppers holds */
export function grantConflict(
  state: SaleState,
  { isCoupon }: Pick<Promotion, 'isCoupon'>,
  each: number,
  mostHeld: number,
): string | null {
  if (state === 'closed') return CLOSED;
  if (!isCoupon) return 'the promotion takes no coupons';
  if (mostHeld + each <= MAX_HELD) return null;
  return `a shopper may hold at most ${MAX_HELD} coupons of a promotion`;
}
