import type { SaleId } from '../../../domain/ids.ts';
import { isOwnedBy } from '../../../domain/promotion.ts';
import type { Promotion } from '../../../domain/promotion.ts';
import {
  promotionConflict,
  promotionsBound,
  referenceFaults,
} from '../../../domain/terms/promotion-conflicts.ts';
import type { Queryable } from '../../../platform/query.ts';
import type { ChangeOutcome } from '../../change-outcome.ts';
import { storesOfSale } from '../../sale-stores.ts';
import type { SaleForChange } from '../../sale-stores.ts';
import { offersOfSale } from '../offer-rows.ts';
import type { OfferRow } from '../offer-rows.ts';
import { budgetsOfSale, promotionsOfSale } from '../sale-rules.ts';
import type { BudgetRow } from '../sale-rules.ts';

/** All of a sale that a promotion is checked against. */
export interface AroundPromotion {
  readonly stores: ReadonlySet<string>;
  readonly offers: readonly OfferRow[];
  readonly budgets: readonly BudgetRow[];
  readonly promotions: readonly Promotion[];
}

export async function readAround(on: Queryable, sale: SaleId): Promise<AroundPromotion> {
  return {
    offers: await offersOfSale(on, sale),
    stores: new Set((await storesOfSale(on, sale)).map(({ store }) => store)),
    budgets: await budgetsOfSale(on, sale),
    promotions: await promotionsOfSale(on, sale),
  };
}

/** The promotion that a PUT of this id replaces. `hidden`: it is not the store's. */
export function presentPromotion(
  { promotions }: Pick<AroundPromotion, 'promotions'>,
  id: string,
  store: string | null,
): Promotion | 'hidden' | undefined {
  const now = promotions.find((one) => one.id === id);
  return now && store !== null && !isOwnedBy(now, store) ? 'hidden' : now;
}

/**
 * Says why a promotion may not be put; null: it may. A merchant gives away only what the store
 * owns, so for a merchant the sale has no other budgets and offers.
 * @param now the promotion that it replaces
 * @param store the merchant's; null: an operator makes the change
 */
export function whyNotPut(
  { sale, bounds }: SaleForChange,
  around: AroundPromotion,
  [now, next]: readonly [now: Promotion | undefined, next: Promotion],
  store: string | null,
): Extract<ChangeOutcome, { kind: 'invalid' | 'conflict' }> | null {
  const isTheirs = (one: { readonly store: string | null }) =>
    store === null || one.store === store;
  const budgets = around.budgets.filter(isTheirs);
  const offers = new Set(around.offers.filter(isTheirs).map(({ id }) => id));
  const errors = referenceFaults({ sale, stores: around.stores, offers, budgets }, next);
  if (errors.length > 0) return { kind: 'invalid', errors };
  const others = around.promotions.filter((other) => other !== now);
  const detail =
    promotionConflict(sale.state, now, next) ?? promotionsBound(others, store, now ? null : bounds);
  return detail === null ? null : { kind: 'conflict', detail };
}
